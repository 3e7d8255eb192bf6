/**
 * A stand-in for EC2 Instance Connect and one Instance Connect Endpoint. It checks the signature of every request, hands
 * keys to a sandbox host for a time, and carries the bytes of tunnels to that host's sshd.
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SandboxHost } from '../host.ts';
import { makeCertificate } from './certificate.ts';
import { carry, readTunnel, type TunnelRequest } from './open-tunnel.ts';
import { takePushedKeys } from './pushed-keys.ts';
import { Refusal } from './refusal.ts';
import { type Push, sendKey } from './send-key.ts';
import {
  type Credentials,
  checkSignedHeaders,
  checkSignedQuery,
  type Scope,
  SignatureFault,
  type Signed,
} from './signature.ts';

/** How the stand-in is to be. */
export interface InstanceConnectOptions {
  readonly host: SandboxHost;
  readonly instanceId: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly endpointIds: readonly string[];
}

/** The running stand-in. */
export interface InstanceConnect {
  /** `localhost:PORT`, of the API and of the endpoint. */
  readonly dnsName: string;
  /** For NODE_EXTRA_CA_CERTS. */
  readonly certificateFile: string;
  /** What was done, oldest first; refused requests are in `refusals` alone. */
  readonly pushes: readonly Push[];
  readonly tunnels: readonly TunnelRequest[];
  /** The code of each refusal. */
  readonly refusals: readonly string[];
  /** Refuses the next push or tunnel like this. */
  refuseNext(what: 'push' | 'tunnel', refusal: Refusal): void;
  /** From now on keys are let in for this time, in ms; at first 60 s, as with EC2. */
  letKeysInFor(ms: number): void;
  /** Closes every open tunnel, as the service does at its own will; gives how many. */
  closeTunnels(reason: string): number;
  stop(): Promise<void>;
}

const service = 'ec2-instance-connect';
/** As large as AWS's own client makes a frame. */
const mostInFrame = 65_000;

/** Starts the stand-in on a free port of the loopback address, and makes the host take its keys. */
export async function startInstanceConnect(options: InstanceConnectOptions): Promise<InstanceConnect> {
  const { host, instanceId, region, credentials } = options;
  const scope: Scope = { region, service, credentials };
  const keys = await takePushedKeys(host);
  const certificate = await makeCertificate(['localhost']);
  let keyMs = 60_000;
  const pushes: Push[] = [];
  const tunnels: TunnelRequest[] = [];
  const refusals: string[] = [];
  const next = { push: [] as Refusal[], tunnel: [] as Refusal[] };
  const open = new Set<WebSocket>();

  const push = async (request: Signed): Promise<string> => {
    checkSignedHeaders(request, scope, new Date());
    const refusal = next.push.shift();
    if (refusal !== undefined) throw refusal;
    pushes.push(await sendKey(request, instanceId, keys, new Date(Date.now() + keyMs)));
    return JSON.stringify({ RequestId: crypto.randomUUID(), Success: true });
  };
  const server = createServer({ cert: certificate.cert, key: certificate.key }, async (request, response) => {
    const answer = await readBody(request)
      .then(body => push(signedOf(request, body)))
      .then(body => ({ status: 200, body }))
      .catch((error: unknown) => {
        const { status, code, message } = refusalOf(error);
        refusals.push(code);
        return {
          status,
          body: JSON.stringify({ __type: `com.amazonaws.ec2.instanceconnect#${code}`, message }),
        };
      });
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' }).end(answer.body);
  });

  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: mostInFrame });
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    connection.on('error', () => undefined);
    try {
      const signed = signedOf(request, Buffer.alloc(0));
      checkSignedQuery(signed, scope, new Date());
      const refusal = next.tunnel.shift();
      if (refusal !== undefined) throw refusal;
      const tunnel = readTunnel(signed, options.endpointIds);
      tunnels.push(tunnel);
      sockets.handleUpgrade(request, connection, head, socket => {
        open.add(socket);
        socket.on('error', () => undefined).on('close', () => open.delete(socket));
        carry(socket, tunnel, host);
      });
    } catch (error) {
      const { status, code, message } = refusalOf(error);
      refusals.push(code);
      const body = JSON.stringify({ ErrorCode: code, Message: message });
      connection.end(
        `HTTP/1.1 ${status} Refused\r\nx-amzn-RequestId: ${crypto.randomUUID()}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');

  return {
    dnsName: `localhost:${address.port}`,
    certificateFile: certificate.file,
    pushes,
    tunnels,
    refusals,
    refuseNext: (what, refusal) => next[what].push(refusal),
    letKeysInFor: ms => {
      keyMs = ms;
    },
    closeTunnels: reason => {
      for (const socket of open) socket.close(1011, reason);
      return open.size;
    },
    stop: async () => {
      for (const socket of open) socket.terminate();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      await certificate.remove();
    },
  };
}

const signedOf = ({ method = '', url = '/', headers }: IncomingMessage, body: Buffer): Signed => ({
  method,
  target: url,
  headers,
  body,
});

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof SignatureFault) return new Refusal(403, error.code, error.message);
  return new Refusal(500, 'ServiceException', String(error));
}
