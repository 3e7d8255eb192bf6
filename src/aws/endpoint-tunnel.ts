import type { Duplex } from 'node:stream';
import { Failure, nothingContacted } from '../failure.ts';
import type { Aws } from './client-settings.ts';
import { findConnectEndpoint } from './connect-endpoint.ts';
import { openEc2 } from './ec2.ts';
import type { FoundInstance } from './instance.ts';
import { proxyAgents } from './proxy.ts';
import { explainAwsError } from './refusal.ts';
import { explainTunnelRefusal, readRefusal } from './tunnel-refusal.ts';
import { signTunnelUrl, type TunnelRequest } from './tunnel-url.ts';

/** What a tunnel leads to, and for how long. */
export type TunnelLimits = Pick<TunnelRequest, 'port' | 'longestSeconds'>;

const permission = 'ec2-instance-connect:OpenTunnel';
const openMs = 15_000;
/** Codes of a proxy that refuses, and of a certificate that is not trusted. */
const lasting = /^ERR_(PROXY|TLS)_|CERT|_SIGNATURE$/;

/**
 * Gives what opens a stream to a port of an instance through the EC2 Instance Connect Endpoint of its VPC, which is looked
 * for once. Opening throws a Failure (endpoint-missing, aws-refused, unreachable), or another error where a further try may
 * do better.
 */
export function endpointTunnel(
  instance: FoundInstance,
  limits: TunnelLimits,
  aws: Aws,
): (signal: AbortSignal) => Promise<Duplex> {
  const ready = lazily(async () => {
    const ec2 = await openEc2(instance.region, aws);
    return { signer: ec2.client.config, endpoint: await findConnectEndpoint(ec2, instance, aws) };
  });
  return async signal => {
    const { signer, endpoint } = await ready();
    const request = { ...limits, endpoint, region: instance.region, privateIp: privateIpOf(instance) };
    const url = await signTunnelUrl(request, signer);
    const told = `tunnel to ${request.privateIp}:${request.port} through ${endpoint.id} (${endpoint.dnsName})`;
    try {
      const stream = await openWebSocket(url, request, { aws, signal });
      aws.tell(`${told}: open`);
      return stream;
    } catch (error) {
      aws.tell(`${told}: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  };
}

async function openWebSocket(
  url: string,
  request: TunnelRequest,
  { aws, signal }: { readonly aws: Aws; readonly signal: AbortSignal },
): Promise<Duplex> {
  const { createWebSocketStream, WebSocket } = await import('ws');
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const socket = new WebSocket(url, {
    agent: proxyAgents(aws.env).httpsAgent,
    handshakeTimeout: openMs,
    perMessageDeflate: false,
  });
  const stop = () => socket.terminate();
  signal.addEventListener('abort', stop, { once: true });
  socket.on('error', error => reject(explainNoSocket(error, request, aws)));
  socket.once('unexpected-response', async (sent, response) => {
    reject(explainTunnelRefusal(await readRefusal(response), request, aws));
    sent.destroy();
  });
  socket.once('open', () => {
    signal.removeEventListener('abort', stop);
    const closed = (code: number, reason: Buffer): void => {
      const why = reason.toString().replace(/[^\x20-\x7e]/g, '?') || `code ${code}`;
      stream.destroy(new Error(`${request.endpoint.id} closed the tunnel: ${why}`));
    };
    // Before the stream's own listener, which knows no reason.
    socket.once('close', closed);
    const stream = createWebSocketStream(socket);
    resolve(stream);
  });
  return await promise;
}

/** A wrong proxy or certificate stays as it is; whatever else the network does may be over in a moment. */
function explainNoSocket(error: Error, { endpoint, region }: TunnelRequest, { env }: Aws): Error {
  const code = 'code' in error ? String(error.code) : '';
  if (lasting.test(code)) return explainAwsError(error, { permission, region, env });
  return new Error(`${endpoint.id} (${endpoint.dnsName}) is not reached: ${error.message || code}`);
}

function privateIpOf({ id, privateIp }: FoundInstance): string {
  if (privateIp !== undefined) return privateIp;
  throw new Failure({
    reason: 'host-not-found',
    message: `${id} has no private IPv4 address for a tunnel to lead to.`,
    traffic: nothingContacted,
    remedy: 'Use via: direct with address: ipv6, or give the instance a private IPv4 address.',
  });
}

/** Makes it when it is first wanted, and again if that went wrong. */
function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    made ??= make();
    return await made.catch((error: unknown) => {
      made = undefined;
      throw error;
    });
  };
}
