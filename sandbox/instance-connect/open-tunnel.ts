import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createWebSocketStream, type WebSocket } from 'ws';
import type { SandboxHost } from '../host.ts';
import { Refusal } from './refusal.ts';
import type { Signed } from './signature.ts';

/** What a tunnel was asked for. */
export interface TunnelRequest {
  readonly endpointId: string;
  readonly privateIp: string;
  readonly port: number;
  readonly longestSeconds: number;
}

const relay = fileURLToPath(new URL('relay.ts', import.meta.url));

/** Reads the query of openTunnel. Throws a Refusal. */
export function readTunnel({ method, target }: Signed, endpointIds: readonly string[]): TunnelRequest {
  const url = new URL(target, 'wss://endpoint.invalid');
  if (method !== 'GET' || url.pathname !== '/openTunnel')
    throw new Refusal(404, 'UnknownOperation', 'There is no such operation');
  const read = (name: string): string => url.searchParams.get(name) ?? '';
  const endpointId = read('instanceConnectEndpointId');
  if (!endpointIds.includes(endpointId))
    throw new Refusal(404, 'ResourceNotFound', 'The specified InstanceConnectEndpoint does not exist.');
  const port = Number(read('remotePort'));
  if (port !== 22 && port !== 3389) {
    const words = 'The specified RemotePort is not valid. Specify either 22 or 3389 as the RemotePort';
    throw new Refusal(400, 'InvalidParameter', `${words} and retry your request.`);
  }
  const longestSeconds = Number(read('maxTunnelDuration') || 3600);
  if (!Number.isInteger(longestSeconds) || longestSeconds < 1 || longestSeconds > 3600)
    throw new Refusal(400, 'InvalidParameter', 'The specified MaxTunnelDuration is not valid.');
  return { endpointId, privateIp: read('privateIpAddress'), port, longestSeconds };
}

/** Carries the bytes of a WebSocket to a port inside the host's network, as the endpoint's network interface does. */
export function carry(
  socket: WebSocket,
  { privateIp, port, longestSeconds }: TunnelRequest,
  host: SandboxHost,
): void {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const words = [
    'ip',
    'netns',
    'exec',
    host.networkNamespace,
    process.execPath,
    relay,
    privateIp,
    String(port),
  ];
  const child: ChildProcess = spawn('env', [...sudo, ...words], { stdio: ['pipe', 'pipe', 'ignore'] });
  const stream = createWebSocketStream(socket);
  const timer = setTimeout(() => socket.close(1000, 'Max tunnel duration reached'), longestSeconds * 1000);
  child.stdin?.on('error', () => undefined);
  stream.on('error', () => undefined).on('close', () => child.stdin?.destroy());
  if (child.stdin !== null) stream.pipe(child.stdin);
  child.stdout?.pipe(stream, { end: false });
  child.on('close', code => socket.close(1011, code === 0 ? 'Target closed' : 'Unable to connect to target'));
  socket.on('close', () => {
    clearTimeout(timer);
    child.stdout?.destroy();
  });
}
