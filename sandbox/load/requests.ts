import { createHash, randomBytes } from 'node:crypto';
import type { RequestBytes } from './write-parts.ts';

/** The sort of a request, one of the parts of a result. */
export type Sort = 'gets' | 'posts' | 'fresh' | 'slow' | 'uploads' | 'throttledUploads';

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

/** Makes a GET whose answer must hold `version=…`; `fresh` asks the server to close afterwards. */
export function makeGet(url: URL, path: string, sort: 'gets' | 'fresh', timeoutMs: number): LoadRequest {
  const close = sort === 'fresh' ? 'Connection: close\r\n' : '';
  const bytes = whole(head('GET', path, url) + close);
  return { sort, name: `GET ${path}`, bytes, timeoutMs, judge: judgeVersion };
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

/** Two ways to send one body of random bytes, which is held once. */
export interface Uploads {
  readonly upload: LoadRequest;
  readonly throttled: LoadRequest;
}

/** Makes `POST /echo` of `length` bytes: as fast as it goes, and bit by bit at `bytesPerSecond`. */
export function makeUploads(url: URL, length: number, bytesPerSecond: number, timeoutMs: number): Uploads {
  const body = randomBytes(length);
  const judge = judgeEcho(body);
  const headers = Buffer.from(`${postHead(url, length)}\r\n`);
  const paceMs = 50;
  const slices = cut(body, Math.max(1, Math.round((bytesPerSecond * paceMs) / 1000)));
  return {
    upload: {
      sort: 'uploads',
      name: `POST /echo of ${length} bytes`,
      bytes: { parts: [headers, ...cut(body, 65_536)], paceMs: 0 },
      timeoutMs,
      judge,
    },
    throttled: {
      sort: 'throttledUploads',
      name: `POST /echo of ${length} bytes, slowly`,
      bytes: { parts: [headers, ...slices], paceMs },
      timeoutMs: slices.length * paceMs + timeoutMs,
      judge,
    },
  };
}

/** Cuts bytes in pieces of a length, without copies. */
function cut(bytes: Buffer, length: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
    bytes.subarray(index * length, (index + 1) * length),
  );
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
