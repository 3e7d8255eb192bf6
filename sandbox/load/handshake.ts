import { createHash, randomBytes } from 'node:crypto';
import type { FailureKind } from './result.ts';
import { nameFailure, openSocket } from './socket.ts';
import { WebSocketClient } from './web-socket.ts';

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What became of one handshake; `status` is there if an answer came. */
export type Handshake =
  | { readonly kind: 'open'; readonly status: number; readonly webSocket: WebSocketClient }
  | {
      readonly kind: 'failed';
      readonly failure: FailureKind;
      readonly status?: number;
      readonly detail: string;
    };

/** Opens a WebSocket at `/ws` of a server, on a new connection. Never rejects. */
export function openWebSocket(url: URL, timeoutMs: number): Promise<Handshake> {
  return new Promise(resolve => {
    const key = randomBytes(16).toString('base64');
    let isReady = false;
    let bytes: Buffer = Buffer.alloc(0);
    const socket = openSocket(url, () => {
      isReady = true;
      socket.write(writeRequest(url, key));
    });
    const settle = (handshake: Handshake) => {
      clearTimeout(timer);
      socket.off('data', read).off('close', lose);
      if (handshake.kind === 'failed') socket.destroy();
      resolve(handshake);
    };
    const fail = (failure: FailureKind, detail: string) => settle({ kind: 'failed', failure, detail });
    const timer = setTimeout(() => fail('timeout', `no handshake in ${timeoutMs} ms`), timeoutMs);
    const lose = () => fail('closed', 'connection closed in the handshake');
    const read = (more: Buffer) => {
      bytes = Buffer.concat([bytes, more]);
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = bytes.toString('latin1', 0, end);
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
      const accept = /^sec-websocket-accept:[ \t]*(\S+)/im.exec(head)?.[1];
      if (status === 0) fail('content', `not an HTTP answer: ${head.slice(0, 60)}`);
      else if (status !== 101)
        settle({ kind: 'failed', failure: 'status', status, detail: `${status} in place of 101` });
      else if (accept !== hashKey(key))
        settle({ kind: 'failed', failure: 'content', status, detail: 'a wrong Sec-WebSocket-Accept' });
      else settle({ kind: 'open', status, webSocket: new WebSocketClient(socket, bytes.subarray(end + 4)) });
    };
    socket.on('error', error => fail(nameFailure(error, isReady), error.message));
    socket.on('close', lose).on('data', read);
  });
}

function writeRequest(url: URL, key: string): string {
  return [
    'GET /ws HTTP/1.1',
    `Host: ${url.host}`,
    'User-Agent: load',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    '\r\n',
  ].join('\r\n');
}

function hashKey(key: string): string {
  return createHash('sha1').update(`${key}${MAGIC}`).digest('base64');
}
