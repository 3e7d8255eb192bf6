import { createHash, randomBytes } from 'node:crypto';
import type { RequestBytes } from './connection.ts';

/** The sort of a request, one of the parts of a result. */
export type Sort = 'gets' | 'posts' | 'fresh' | 'slow' | 'uploads';

/** Whether a body is right: nothing or what is wrong with it. A right one may tell a version. */
export type Verdict =
  | { readonly kind: 'right'; readonly version?: string }
  | { readonly kind: 'wrong'; readonly detail: string };

/** One request that can be sent any number of times. */
export interface LoadRequest {
  readonly sort: Sort;
  readonly name: string;
  readonly bytes: RequestBytes;
  readonly timeoutMs: number;
  readonly judge: (body: string) => Verdict;
}

/** Makes `GET /`, whose body must hold `version=…`; `fresh` asks the server to close afterwards. */
export function makeGet(url: URL, sort: 'gets' | 'fresh', timeoutMs: number): LoadRequest {
  const close = sort === 'fresh' ? 'Connection: close\r\n' : '';
  return { sort, name: 'GET /', bytes: whole(head('GET', '/', url) + close), timeoutMs, judge: judgeVersion };
}

/** Makes `GET /slow?ms=…`, answered after that time; the timeout starts then. */
export function makeSlow(url: URL, slowMs: number, timeoutMs: number): LoadRequest {
  const path = `/slow?ms=${slowMs}`;
  const judge = (): Verdict => ({ kind: 'right' });
  return {
    sort: 'slow',
    name: `GET ${path}`,
    bytes: whole(head('GET', path, url)),
    timeoutMs: slowMs + timeoutMs,
    judge,
  };
}

/** Makes `POST /echo` with random bytes in one write; the answer must tell their length and sha256. */
export function makePost(url: URL, length: number, timeoutMs: number): LoadRequest {
  const body = randomBytes(length);
  const bytes = whole(postHead(url, length), body);
  return { sort: 'posts', name: 'POST /echo', bytes, timeoutMs, judge: judgeEcho(body) };
}

/** Makes a slow `POST /echo`: `length` random bytes, sent bit by bit at `bytesPerSecond`. */
export function makeUpload(url: URL, length: number, bytesPerSecond: number, timeoutMs: number): LoadRequest {
  const body = randomBytes(length);
  const paceMs = 50;
  const step = Math.max(1, Math.round((bytesPerSecond * paceMs) / 1000));
  const pieces = Array.from({ length: Math.ceil(length / step) }, (_, index) =>
    body.subarray(index * step, (index + 1) * step),
  );
  const parts = [Buffer.from(`${postHead(url, length)}\r\n`), ...pieces];
  const name = `POST /echo of ${length} bytes, slowly`;
  const durationMs = parts.length * (paceMs + 5);
  return {
    sort: 'uploads',
    name,
    bytes: { parts, paceMs },
    timeoutMs: durationMs + timeoutMs,
    judge: judgeEcho(body),
  };
}

function head(method: string, path: string, url: URL): string {
  return `${method} ${path} HTTP/1.1\r\nHost: ${url.host}\r\nUser-Agent: load\r\nAccept: */*\r\n`;
}

function postHead(url: URL, length: number): string {
  const type = 'Content-Type: application/octet-stream\r\n';
  return `${head('POST', '/echo', url)}${type}Content-Length: ${length}\r\n`;
}

function whole(headers: string, body: Buffer = Buffer.alloc(0)): RequestBytes {
  return { parts: [Buffer.concat([Buffer.from(`${headers}\r\n`), body])], paceMs: 0 };
}

function judgeVersion(body: string): Verdict {
  const version = /(?:^|\s)version=(\S+)/.exec(body)?.[1];
  if (version === undefined) return { kind: 'wrong', detail: `no version in: ${body.slice(0, 80)}` };
  return { kind: 'right', version };
}

function judgeEcho(sent: Buffer): (body: string) => Verdict {
  const expected = `length=${sent.length} sha256=${createHash('sha256').update(sent).digest('hex')}`;
  return body =>
    body.trim() === expected
      ? { kind: 'right' }
      : { kind: 'wrong', detail: `expected ${expected}, got ${body.slice(0, 120)}` };
}
