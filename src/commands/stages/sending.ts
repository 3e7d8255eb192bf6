import { PassThrough, Readable } from 'node:stream';
import { type Payload, UnreadablePayload } from '../../jar/payload.ts';
import { formatBytes } from '../../report/format.ts';
import type { Transfer } from '../../report/host-report.ts';
import { type Log, plain } from '../../report/log.ts';
import { formatSent, Progress } from '../../report/progress.ts';
import { Blocks, headOf, rangesIn } from './blocks.ts';
import { channelsFor } from './channels.ts';

/** No larger, where several channels take blocks: none of them has much left when the others have nothing. */
const sharedBlock = 4 * 1024 * 1024;

/** What sending needs of the world and of the host. */
export interface Sender {
  readonly log: Log;
  readonly now: () => number;
  readonly roundTripMs: () => number;
  /**
   * Calls the stage `part` over a further channel, with what `stdin` makes; that is not called where there is none.
   * Never throws.
   */
  readonly callPart: (stdin: () => Readable) => Promise<void>;
}

/**
 * Sends a payload to the stage `upload`, which says what it still wants: in its first call all, later what did not come
 * before the link broke or a channel ended.
 */
export class Sending {
  readonly #sender: Sender;
  readonly #smallFiles: readonly Buffer[];
  readonly #payload: Payload;
  readonly #whole: Payload;
  #call: UploadCall | undefined;
  #stdin: Readable | undefined;
  #broken: Error | undefined;

  /** `smallFiles` go first; `whole` is sent where the jar cannot be made of the payload there. */
  constructor(sender: Sender, smallFiles: readonly Buffer[], payload: Payload, whole: Payload) {
    this.#sender = sender;
    this.#smallFiles = smallFiles;
    this.#payload = payload;
    this.#whole = whole;
  }

  /** Why the payload could not be read to its end; undefined where it could. */
  get broken(): Error | undefined {
    return this.#broken;
  }

  /** How the payload went, of the last call; undefined where nothing went. */
  get transfer(): Transfer | undefined {
    return this.#call?.transfer;
  }

  /** What one call of `upload` gets on stdin. It stays open: the stage ends when it has all. */
  stdin(): Readable {
    this.#call?.end();
    const isFirst = this.#call === undefined;
    this.#call = new UploadCall(this.#sender, this.#payload, this.#whole);
    const bytes = this.#call.send(this.#smallFiles, isFirst, error => {
      this.#broken = error;
    });
    this.#stdin = Readable.from(bytes, { objectMode: false });
    return this.#stdin;
  }

  /** Takes one line that the stage told. Once its channel is gone all it told comes again, and nothing more can be sent. */
  take(line: string): void {
    const [, fact, value = ''] = /^@(wanted|rebuild-failed|received)=(.*)$/.exec(line) ?? [];
    if (fact === 'received') this.#call?.keepTransfer();
    else if (this.#stdin?.destroyed === true) return;
    else if (fact === 'wanted') this.#call?.want(value);
    else if (fact === 'rebuild-failed') this.#call?.sendWhole(value);
  }

  /** The stage has ended. */
  end(): void {
    this.#call?.end();
  }
}

/** One call of `upload`, with the calls of `part` beside it. */
class UploadCall {
  readonly #sender: Sender;
  readonly #whole: Payload;
  readonly #progress: Progress;
  /** What the stage wanted, in order. */
  readonly #wanted = new PassThrough({ objectMode: true });
  #payload: Payload;
  #blocks: Blocks;
  /** How many calls of `part` have brought blocks of this payload. */
  #parts = 0;
  #transfer: Transfer | undefined;

  constructor(sender: Sender, payload: Payload, whole: Payload) {
    this.#sender = sender;
    this.#whole = whole;
    this.#progress = new Progress(sender.now, line => sender.log.info(line));
    this.#payload = payload;
    this.#blocks = this.#blocksOf(payload);
  }

  get transfer(): Transfer | undefined {
    return this.#transfer;
  }

  /** The stage wants these ranges. A host that goes on asking and takes nothing is not listened to. */
  want(ranges: string): void {
    if (this.#wanted.writable && !this.#wanted.writableNeedDrain) this.#wanted.write(ranges);
  }

  end(): void {
    this.#wanted.end();
  }

  /** The stage has all of it. */
  keepTransfer(): void {
    const { bytes, ms } = this.#progress;
    if (bytes === 0) return;
    this.#transfer = { bytes, ms: Math.round(ms), channels: 1 + this.#parts };
    this.#sender.log.info(`sent ${formatSent(this.#transfer)}`);
  }

  /** The bytes that go to `upload` itself. */
  async *send(
    smallFiles: readonly Buffer[],
    isFirst: boolean,
    onBroken: (error: Error) => void,
  ): AsyncGenerator<Buffer, void, undefined> {
    for (const file of smallFiles) if (file.length > 0) yield file;
    const wanted = this.#wanted.iterator();
    // In the first call everything is wanted, which needs no asking.
    const first = wanted.next();
    if (!(isFirst && this.#payload.bytes > 0) && !this.#takeUp(await first)) return;
    try {
      do {
        this.#progress.expect(this.#blocks.bytesLeft);
        this.#share();
        const { isOneBlock } = this.#blocks;
        yield* this.#blocks.send();
        if (!isOneBlock) yield headOf('end', this.#parts);
      } while (this.#takeUp(await wanted.next()));
    } catch (error) {
      // Whoever reads may also have thrown: the channel is gone.
      if (error instanceof UnreadablePayload) onBroken(error);
      throw error;
    }
  }

  /** What the stage wants from now on is of the whole jar. */
  sendWhole(why: string): void {
    this.#sender.log.info(
      `the host could not make the jar of what it has (${plain(why)}): all of it is sent`,
    );
    this.#payload = this.#whole;
    this.#blocks = this.#blocksOf(this.#whole);
    this.#parts = 0;
  }

  #blocksOf(payload: Payload): Blocks {
    return new Blocks(payload, bytes => this.#progress.add(bytes));
  }

  /** Takes up what the stage wants; false where it wants nothing more. */
  #takeUp({ value, done }: IteratorResult<unknown>): boolean {
    const ranges = done === true ? undefined : rangesIn(String(value), this.#payload.bytes);
    if (ranges === undefined) return false;
    this.#blocks.want(ranges);
    const there = this.#payload.bytes - this.#blocks.bytesLeft;
    if (there > 0)
      this.#sender.log.info(
        `${formatBytes(there)} of ${formatBytes(this.#payload.bytes)} are there and not sent again`,
      );
    return true;
  }

  /** Further channels take their share, where that is faster. */
  #share(): void {
    const more = channelsFor(this.#blocks.bytesLeft, this.#sender.roundTripMs()) - 1;
    if (more > 0) this.#blocks.cut(sharedBlock);
    const blocks = this.#blocks;
    const stdin = () => Readable.from(this.#sendPart(blocks), { objectMode: false });
    for (let part = 0; part < more; part++) void this.#sender.callPart(stdin);
  }

  async *#sendPart(blocks: Blocks): AsyncGenerator<Buffer, void, undefined> {
    if (blocks.bytesLeft > 0) {
      this.#parts++;
      yield* blocks.send();
    }
    yield headOf('end', 0);
  }
}
