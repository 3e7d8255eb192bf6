import type { Socket } from 'node:net';
import { type Answer, ResponseReader } from './response-reader.ts';
import type { FailureKind } from './result.ts';
import { nameFailure, openSocket } from './socket.ts';
import { type RequestBytes, writeParts } from './write-parts.ts';

/** What became of one request. It was sent at most once. */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly failure: FailureKind; readonly detail: string };

interface Pending {
  readonly request: RequestBytes;
  isWritten: boolean;
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
      this.#pending = { request, isWritten: false, settle, timer: setTimeout(late, timeoutMs) };
      if (this.#socket === undefined) this.#open();
      else this.#write(this.#socket);
    });
  }

  /** Closes the connection; a request on it fails as `closed`. */
  close(): void {
    if (this.#pending !== undefined)
      this.#settle({ kind: 'failed', failure: 'closed', detail: 'closed by us' });
    this.#drop();
  }

  #open(): void {
    const reader = new ResponseReader();
    let connected = false;
    const socket = openSocket(this.#url, () => {
      connected = true;
      this.#write(socket);
    });
    this.#socket = socket;
    const isCurrent = () => this.#socket === socket;
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

  #write(socket: Socket): void {
    const pending = this.#pending;
    if (pending === undefined || this.#socket !== socket) return;
    const isWanted = () => this.#pending === pending && this.#socket === socket;
    void writeParts(socket, pending.request, isWanted, () => {
      pending.isWritten = true;
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
    // Answered before all of it was sent: the server would take what comes next for the rest.
    if (outcome.kind === 'failed' || !outcome.answer.reusable || !pending.isWritten) this.#drop();
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
