import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLOSE, type Frame, FrameReader, PING, PONG, TEXT, writeFrame } from './frames.ts';
import type { FailureKind } from './result.ts';

const CLOSE_WAIT_MS = 1000;

/** How an open WebSocket ended, other than by our own close. A cut: the other side ended it, in whatever way. */
export type End =
  | { readonly kind: 'cut'; readonly detail: string }
  | { readonly kind: 'failed'; readonly failure: FailureKind; readonly detail: string };

interface Pending {
  readonly text: string;
  readonly settle: (echo: { readonly kind: 'echoed' } | End) => void;
}

/** An open WebSocket to a server that echoes texts. */
export class WebSocketClient {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #ended = Promise.withResolvers<End>();
  #end: End | undefined;
  #isClosing = false;
  #pending: Pending | undefined;

  /** Takes the socket after the handshake, and the bytes that came with its answer. */
  constructor(socket: Socket, rest: Buffer) {
    this.#socket = socket;
    socket.on('data', bytes => this.#take(bytes));
    socket.on('error', error => this.#finish({ kind: 'cut', detail: error.message }));
    socket.on('end', () =>
      this.#finish({ kind: 'cut', detail: 'the connection ended without a close frame' }),
    );
    socket.on('close', () => this.#finish({ kind: 'cut', detail: 'the connection closed' }));
    if (rest.length > 0) this.#take(rest);
  }

  /** Resolves as soon as it ends, unless by our own close. */
  get ended(): Promise<End> {
    return this.#ended.promise;
  }

  /** Sends a text and waits for its echo; one at a time. What comes back otherwise or late is a failure. */
  echo(text: string, timeoutMs: number): Promise<{ readonly kind: 'echoed' } | End> {
    if (this.#end !== undefined) return Promise.resolve(this.#end);
    return new Promise(resolve => {
      const late = () =>
        this.#finish({ kind: 'failed', failure: 'timeout', detail: `no echo in ${timeoutMs} ms` });
      const timer = setTimeout(late, timeoutMs);
      const settle: Pending['settle'] = echo => {
        clearTimeout(timer);
        this.#pending = undefined;
        resolve(echo);
      };
      this.#pending = { text, settle };
      this.#socket.write(writeFrame(TEXT, Buffer.from(text)));
    });
  }

  /** Says goodbye, and waits a second at most for the server to close. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (!this.#socket.destroyed) {
      this.#socket.write(writeFrame(CLOSE, Buffer.from([0x03, 0xe8])));
      const closed = new Promise(resolve => this.#socket.once('close', resolve));
      await Promise.race([closed, sleep(CLOSE_WAIT_MS, undefined, { ref: false })]);
    }
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    try {
      for (const frame of this.#reader.read(bytes)) this.#answer(frame);
    } catch (error) {
      this.#finish({ kind: 'failed', failure: 'content', detail: String(error) });
    }
  }

  #answer({ opcode, payload }: Frame): void {
    if (opcode === PING) this.#socket.write(writeFrame(PONG, payload));
    else if (opcode === CLOSE) {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 'without a code';
      this.#finish({ kind: 'cut', detail: `close frame ${code}` });
    } else if (opcode !== PONG) {
      const text = payload.toString();
      if (text === this.#pending?.text) this.#pending.settle({ kind: 'echoed' });
      else
        this.#finish({
          kind: 'failed',
          failure: 'content',
          detail: `not what was sent: ${text.slice(0, 80)}`,
        });
    }
  }

  #finish(end: End): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#socket.destroy();
    this.#pending?.settle(end);
    if (!this.#isClosing) this.#ended.resolve(end);
  }
}
