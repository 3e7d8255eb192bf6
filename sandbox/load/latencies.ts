const SMALLEST_MS = 0.05;
const LONGEST_MS = 60_000;
const GROWTH = Math.log(1.01);
const BUCKETS = Math.ceil(Math.log(LONGEST_MS / SMALLEST_MS) / GROWTH) + 1;

/** How long half of some answers took at most, and 99 of 100; 0 when there are none. */
export interface Percentiles {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Times of answers, kept to 1 % in a few kilobytes however many there are. */
export class Latencies {
  readonly #buckets = new Uint32Array(BUCKETS);
  #count = 0;

  add(ms: number): void {
    const index = Math.round(Math.log(Math.max(ms, SMALLEST_MS) / SMALLEST_MS) / GROWTH);
    const bucket = Math.min(BUCKETS - 1, index);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
  }

  summarize(): Percentiles {
    return { count: this.#count, p50Ms: this.#percentile(0.5), p99Ms: this.#percentile(0.99) };
  }

  #percentile(share: number): number {
    let left = Math.ceil(this.#count * share);
    if (left === 0) return 0;
    const bucket = this.#buckets.findIndex(count => {
      left -= count;
      return left <= 0;
    });
    return Math.round(SMALLEST_MS * Math.exp(bucket * GROWTH) * 100) / 100;
  }
}
