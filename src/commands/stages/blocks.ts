import type { Payload, Range } from '../../jar/payload.ts';

/** What goes between blocks: as long as the host program reads at once. */
const headBytes = 32;

/** The blocks of a payload that still have to go; whoever can send takes the next one. */
export class Blocks {
  readonly #payload: Payload;
  readonly #onBytes: (bytes: number) => void;
  #left: readonly Range[];
  #largest = Number.POSITIVE_INFINITY;

  /** `onBytes` hears of bytes as they set out. */
  constructor(payload: Payload, onBytes: (bytes: number) => void) {
    this.#payload = payload;
    this.#onBytes = onBytes;
    this.#left = [{ from: 0, to: payload.bytes }];
  }

  get bytesLeft(): number {
    return this.#left.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** Whether one block will be all of the payload, after which the host waits for nothing. */
  get isOneBlock(): boolean {
    const [first] = this.#left;
    const { bytes } = this.#payload;
    return first?.from === 0 && first.to === bytes && bytes <= this.#largest;
  }

  /** Only these are to go from now on. */
  want(ranges: readonly Range[]): void {
    this.#left = ranges;
  }

  /** From now on no block is larger: several take them. */
  cut(largest: number): void {
    this.#largest = largest;
  }

  /** Blocks with their heads, as long as there are any; each is taken when what was taken before has gone out. */
  async *send(): AsyncGenerator<Buffer, void, undefined> {
    for (let block = this.#next(); block !== undefined; block = this.#next()) {
      yield headOf(String(block.from), block.to - block.from);
      for await (const chunk of this.#payload.open(block)) {
        this.#onBytes(chunk.length);
        yield chunk;
      }
    }
  }

  #next(): Range | undefined {
    const [first, ...rest] = this.#left.filter(({ from, to }) => from < to);
    if (first === undefined) return undefined;
    const to = Math.min(first.to, first.from + this.#largest);
    this.#left = [{ from: to, to: first.to }, ...rest];
    return { from: first.from, to };
  }
}

/** The head of a block, or of the sender's end. */
export const headOf = (from: string, bytes: number): Buffer =>
  Buffer.from(`${`${from} ${bytes}`.padEnd(headBytes - 1)}\n`);

/** `0-5,7-9` as ranges; undefined where it is something else. */
export function rangesIn(text: string, bytes: number): readonly Range[] | undefined {
  if (!/^(\d{1,15}-\d{1,15}(,|$))*$/.test(text)) return undefined;
  const ranges = [...text.matchAll(/(\d+)-(\d+)/g)].map(([, from, to]) => ({
    from: Number(from),
    to: Number(to),
  }));
  return ranges.every(({ from, to }) => from <= to && to <= bytes) ? ranges : undefined;
}
