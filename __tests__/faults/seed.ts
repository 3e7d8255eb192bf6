import { createHash } from 'node:crypto';

/** What the draws of this run come from: BLUEGREEN_SEED repeats a run; else another one each hour. */
export const seed: string = process.env.BLUEGREEN_SEED || new Date().toISOString().slice(0, 13);

/** Draws that a seed repeats. */
export class Draw {
  readonly #seed: string;
  #count = 0;

  constructor(from: string) {
    this.#seed = from;
  }

  /** A whole number from 0, less than `bound`. */
  below(bound: number): number {
    const hash = createHash('sha256')
      .update(`${this.#seed} ${this.#count++}`)
      .digest();
    return Number(hash.readBigUInt64BE() % BigInt(bound));
  }

  /** One of some, which are not none. */
  one<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to draw from');
    return item;
  }

  /** All of them in another order. */
  shuffle<Item>(items: readonly Item[]): readonly Item[] {
    const order = items.map((item, index) => ({ item, index, key: this.below(2 ** 48) }));
    return order.sort((a, b) => a.key - b.key || a.index - b.index).map(({ item }) => item);
  }
}
