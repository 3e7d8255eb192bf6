import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Answer, ResponseReader } from './response-reader.ts';
import type { FailureKind } from './result.ts';

/** What became of one request. It was sent at most once. */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly failure: FailureKind; readonly detail: string };

/** The bytes of one request; those after the first part are written one part each `paceMs`. */
export interface RequestBytes {
  readonly parts: readonly Buffer[];
  readonly paceMs: number;
}

interface Pending {
  readonly settle: (outcome: Outcome) => void;
  readonly timer: NodeJS.Timeout;
}

/** One client that keeps its connection alive and never sends a request twice. */
export class Connection {
  readonly #url: URL;
  readonly #onIdleClose: () => void;
  #socket: Socket | undefined;
  #pending: Pending | undefined;

  /** Takes the server's URL, and what to call when a connection ends that no request is on. */
  constructor(url: URL, onIdleClose: () => void) {
    this.#url = url;
    this.#onIdleClose = onIdleClose;
  }

  /** Sends one request, on a new connection if there is none. Never rejects; one at a time. */
  async send(request: RequestBytes, timeoutMs: number): Promise<Outcome> {
    if (this.#socket !== undefined) await readWhatArrived();
    return new Promise(settle => {
      const late = () =>
        this.#settle({ kind: 'failed', failure: 'timeout', detail: `no answer in ${timeoutMs} ms` });
      this.#pending = { settle, timer: setTimeout(late, timeoutMs) };
      const socket = this.#socket;
      if (socket === undefined) this.#open(request);
      else write(socket, request, () => this.#socket === socket && this.#pending !== undefined);
    });
  }

  /** Closes the connection; a request on it fails as `closed`. */
  close(): void {
    if (this.#pending !== undefined)
      this.#settle({ kind: 'failed', failure: 'closed', detail: 'closed by us' });
    this.#drop();
  }

  #open(request: RequestBytes): void {
    const port = Number(this.#url.port || (this.#url.protocol === 'https:' ? 443 : 80));
    const host = this.#url.hostname.replace(/^\[|\]$/g, '');
    const secure = this.#url.protocol === 'https:';
    // The sandbox's certificates are self-signed, and this client carries nothing worth stealing.
    const socket = secure ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port });
    this.#socket = socket;
    socket.setNoDelay(true);
    const reader = new ResponseReader();
    const isCurrent = () => this.#socket === socket;
    let connected = false;
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      connected = true;
      if (isCurrent()) write(socket, request, () => isCurrent() && this.#pending !== undefined);
    });
    socket.on('data', bytes => {
      if (isCurrent()) this.#take(() => reader.read(bytes));
    });
    socket.on('end', () => {
      if (isCurrent()) this.#take(() => reader.end());
      if (isCurrent()) this.#lose('closed', 'connection closed before the whole answer');
    });
    socket.on('error', error => {
      if (isCurrent()) this.#lose(nameFailure(error, connected), error.message);
    });
    socket.on('close', () => {
      if (isCurrent()) this.#lose('closed', 'connection closed');
    });
  }

  #take(read: () => Answer | undefined): void {
    try {
      const answer = read();
      if (answer === undefined) return;
      if (this.#pending === undefined) this.#lose('closed', 'answer to no request');
      else this.#settle({ kind: 'answered', answer });
    } catch (error) {
      this.#lose('content', String(error));
    }
  }

  #lose(failure: FailureKind, detail: string): void {
    if (this.#pending === undefined) {
      this.#drop();
      this.#onIdleClose();
    } else this.#settle({ kind: 'failed', failure, detail });
  }

  #settle(outcome: Outcome): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    clearTimeout(pending.timer);
    if (outcome.kind === 'failed' || !outcome.answer.reusable) this.#drop();
    pending.settle(outcome);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }
}

/** Lets the event loop poll once, so that a close which is already here is seen before the next write. */
function readWhatArrived(): Promise<void> {
  return new Promise(resolve => setImmediate(() => setImmediate(resolve)));
}

function write(socket: Socket, request: RequestBytes, isWanted: () => boolean): void {
  const [first, ...rest] = request.parts;
  if (first === undefined || !isWanted()) return;
  socket.write(first);
  if (rest.length > 0) {
    setTimeout(() => write(socket, { parts: rest, paceMs: request.paceMs }, isWanted), request.paceMs);
  }
}

function nameFailure(error: NodeJS.ErrnoException, connected: boolean): FailureKind {
  if (error.code === 'ECONNREFUSED') return 'refused';
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return 'reset';
  if (error.code === 'ETIMEDOUT') return 'timeout';
  return connected ? 'reset' : 'unreachable';
}
