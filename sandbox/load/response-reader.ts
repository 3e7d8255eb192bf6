/** One whole HTTP/1.1 answer. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Whether the connection may carry another request. */
  readonly reusable: boolean;
}

type Framing =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

interface Head {
  readonly status: number;
  readonly keepAlive: boolean;
  readonly framing: Framing;
  readonly bodyStart: number;
}

/** Reads the answers on one connection, of which at most one is awaited at any time. */
export class ResponseReader {
  #bytes: Buffer = Buffer.alloc(0);
  #head: Head | undefined;

  /** Takes what arrived; gives the answer when it is whole. Throws on what is not HTTP/1.x. */
  read(bytes: Buffer): Answer | undefined {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    this.#head ??= readHead(this.#bytes);
    while (this.#head !== undefined && this.#head.status < 200) {
      this.#bytes = this.#bytes.subarray(this.#head.bodyStart);
      this.#head = readHead(this.#bytes);
    }
    const head = this.#head;
    if (head === undefined || head.framing.kind === 'until-close') return undefined;
    const body =
      head.framing.kind === 'length'
        ? readLength(this.#bytes, head.bodyStart, head.framing.bytes)
        : readChunks(this.#bytes, head.bodyStart);
    return body === undefined ? undefined : this.#finish(head, body, head.keepAlive);
  }

  /** Tells that the server closed; gives an answer that was to last until then. */
  end(): Answer | undefined {
    const head = this.#head;
    if (head?.framing.kind !== 'until-close') return undefined;
    return this.#finish(head, this.#bytes.toString('utf8', head.bodyStart), false);
  }

  #finish(head: Head, body: string, reusable: boolean): Answer {
    this.#bytes = Buffer.alloc(0);
    this.#head = undefined;
    return { status: head.status, body, reusable };
  }
}

function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const text = bytes.toString('latin1', 0, end);
  const start = /^HTTP\/1\.([01]) (\d{3})/.exec(text);
  if (start === null) throw new Error(`not an HTTP answer: ${text.slice(0, 60)}`);
  const status = Number(start[2]);
  const connection = /^connection:[ \t]*(\S+)/im.exec(text)?.[1]?.toLowerCase();
  const keepAlive = start[1] === '1' ? connection !== 'close' : connection === 'keep-alive';
  return { status, keepAlive, framing: readFraming(text, status), bodyStart: end + 4 };
}

function readFraming(head: string, status: number): Framing {
  if (status < 200 || status === 204 || status === 304) return { kind: 'length', bytes: 0 };
  if (/^transfer-encoding:[ \t]*chunked/im.test(head)) return { kind: 'chunked' };
  const length = /^content-length:[ \t]*(\d+)/im.exec(head)?.[1];
  return length === undefined ? { kind: 'until-close' } : { kind: 'length', bytes: Number(length) };
}

function readLength(bytes: Buffer, start: number, length: number): string | undefined {
  return bytes.length < start + length ? undefined : bytes.toString('utf8', start, start + length);
}

function readChunks(bytes: Buffer, start: number): string | undefined {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (Number.isNaN(size)) throw new Error('not a chunk size');
    const next = line + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (size === 0) return Buffer.concat(chunks).toString('utf8');
    chunks.push(bytes.subarray(line + 2, line + 2 + size));
    at = next;
  }
}
