import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { FailureKind } from './result.ts';

/** Opens a connection to the server of a URL, TLS for `https:`; calls back once bytes can be sent. */
export function openSocket(url: URL, onReady: () => void): Socket {
  const secure = url.protocol === 'https:';
  const port = Number(url.port || (secure ? 443 : 80));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // The sandbox's certificates are self-signed, and this client carries nothing worth stealing.
  const socket = secure ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port });
  socket.setNoDelay(true);
  socket.once(secure ? 'secureConnect' : 'connect', onReady);
  return socket;
}

/** Names what a socket's error means to the request on it. */
export function nameFailure(error: NodeJS.ErrnoException, wasReady: boolean): FailureKind {
  if (error.code === 'ECONNREFUSED') return 'refused';
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return 'reset';
  if (error.code === 'ETIMEDOUT') return 'timeout';
  return wasReady ? 'reset' : 'unreachable';
}
