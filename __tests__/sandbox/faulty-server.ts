import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** What the server does with one request. */
export type Treatment =
  | {
      readonly kind: 'answer';
      readonly status?: number;
      readonly body?: string;
      readonly thenIdleMs?: number;
    }
  | { readonly kind: 'reset' | 'close' | 'ignore' | 'cut-short' };

/** A server that mistreats chosen requests and knows exactly how many of each it had. */
export interface FaultyServer {
  readonly url: string;
  readonly counts: Readonly<Record<Treatment['kind'] | 'requests' | 'posts' | 'idleCloses', number>>;
  stop(): Promise<void>;
}

/** Starts a server on the loopback address; `treat` is asked with the number of each request, from 1. */
export async function startFaultyServer(treat: (turn: number) => Treatment): Promise<FaultyServer> {
  const counts = {
    requests: 0,
    posts: 0,
    idleCloses: 0,
    answer: 0,
    reset: 0,
    close: 0,
    ignore: 0,
    'cut-short': 0,
  };
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    let bytes = Buffer.alloc(0);
    let idle: NodeJS.Timeout | undefined;
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(idle);
      sockets.delete(socket);
    });
    socket.on('data', more => {
      clearTimeout(idle);
      bytes = Buffer.concat([bytes, more]);
      const request = readRequest(bytes);
      if (request === undefined) return;
      bytes = Buffer.alloc(0);
      counts.requests++;
      if (request.isPost) counts.posts++;
      const treatment = treat(counts.requests);
      counts[treatment.kind]++;
      if (treatment.kind === 'reset') socket.resetAndDestroy();
      if (treatment.kind === 'close') socket.destroy();
      if (treatment.kind === 'cut-short')
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nversion=1 ');
      if (treatment.kind !== 'answer') return;
      const body = treatment.body ?? request.rightAnswer;
      socket.write(`HTTP/1.1 ${treatment.status ?? 200} X\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      if (treatment.thenIdleMs === undefined) return;
      idle = setTimeout(() => {
        counts.idleCloses++;
        socket.destroy();
      }, treatment.thenIdleMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    counts,
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function readRequest(bytes: Buffer): { readonly isPost: boolean; readonly rightAnswer: string } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const body = bytes.subarray(end + 4);
  if (body.length < length) return undefined;
  const sha256 = createHash('sha256').update(body).digest('hex');
  const isPost = head.startsWith('POST ');
  return { isPost, rightAnswer: isPost ? `length=${length} sha256=${sha256}` : 'version=1 pid=1 port=1' };
}
