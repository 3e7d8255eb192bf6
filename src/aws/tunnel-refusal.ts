import type { IncomingMessage } from 'node:http';
import { Failure, nothingContacted } from '../failure.ts';
import type { Aws } from './client-settings.ts';
import { explainAwsError } from './refusal.ts';
import type { TunnelRequest } from './tunnel-url.ts';

/** How an endpoint refused to open a tunnel. */
export interface TunnelRefusal {
  readonly status: number;
  /** Such as `AccessDenied`; empty where the endpoint gives none. */
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
}

const permission = 'ec2-instance-connect:OpenTunnel';
const mostBytes = 16 * 1024;

/** Reads the endpoint's answer: JSON with `ErrorCode` and `Message`, or whatever a proxy says. */
export async function readRefusal(response: IncomingMessage): Promise<TunnelRefusal> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      chunks.push(Buffer.from(chunk));
      bytes += chunk.length;
      if (bytes > mostBytes) break;
    }
  } catch {
    // What has come is all there is.
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const requestId = response.headers['x-amzn-requestid'];
  return {
    status: response.statusCode ?? 0,
    ...readBody(text),
    requestId: typeof requestId === 'string' ? clean(requestId) : '',
  };
}

function readBody(text: string): Pick<TunnelRefusal, 'code' | 'message'> {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null) return { code: '', message: clean(text) };
    const entries = Object.entries(body);
    const find = (name: string): string =>
      clean(String(entries.find(([key]) => key.toLowerCase() === name)?.[1] ?? ''));
    return { code: find('errorcode'), message: find('message') || clean(text) };
  } catch {
    return { code: '', message: clean(text) };
  }
}

const clean = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]/g, ' ')
    .trim()
    .slice(0, 500);

const rights = /^(AccessDenied(Exception)?|UnauthorizedOperation)?$/;

/** A Failure where asking again is of no use; another error where the endpoint may do better in a moment. */
export function explainTunnelRefusal(
  refusal: TunnelRefusal,
  { endpoint, region, privateIp, port, longestSeconds }: TunnelRequest,
  { env }: Aws,
): Error {
  const { status, code, message, requestId } = refusal;
  const words = [String(status), code, message, requestId && `(request id ${requestId})`].filter(Boolean);
  const told = `The EC2 Instance Connect Endpoint ${endpoint.id} refused the tunnel to ${privateIp}:${port}: ${words.join(' ')}`;
  if (status === 429 || status >= 500) return new Error(told);
  const isForbidden = status === 401 || status === 403;
  if (isForbidden && !rights.test(code)) {
    const error = Object.assign(new Error(message), { name: code });
    return explainAwsError(error, { permission, region, env });
  }
  return new Failure({
    reason: isForbidden ? 'aws-refused' : 'unreachable',
    message: `${told}.`,
    traffic: nothingContacted,
    remedy: isForbidden
      ? `Allow ${permission} on ${endpoint.id} in the policy of the role this job takes; its conditions must let pass remotePort ${port}, privateIpAddress ${privateIp} and maxTunnelDuration ${longestSeconds}.`
      : 'Look at the endpoint in the VPC console: its state must be create-complete, it must belong to the VPC of the instance, and no more than 20 tunnels go through it at once.',
  });
}
