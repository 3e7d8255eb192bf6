import { Latencies } from './latencies.ts';
import type { VersionSeen } from './result.ts';

interface Seen {
  readonly firstMs: number;
  lastMs: number;
  readonly early: Latencies;
  readonly all: Latencies;
}

/** Keeps apart what answers of each version were like: all of them, and those of its first seconds. */
export class Versions {
  readonly #earlyMs: number;
  readonly #seen = new Map<string, Seen>();

  /** `earlyMs`: how long after its first answer a version's requests count as early. */
  constructor(earlyMs: number) {
    this.#earlyMs = earlyMs;
  }

  /** Counts one answer that came `nowMs` after the start and took `tookMs`. */
  add(version: string, nowMs: number, tookMs: number): void {
    const seen = this.#seen.get(version) ?? {
      firstMs: nowMs,
      lastMs: nowMs,
      early: new Latencies(),
      all: new Latencies(),
    };
    this.#seen.set(version, seen);
    seen.lastMs = nowMs;
    seen.all.add(tookMs);
    // By when it was sent: the slowest answers of the first seconds come after them.
    if (nowMs - tookMs <= seen.firstMs + this.#earlyMs) seen.early.add(tookMs);
  }

  summarize(): Readonly<Record<string, VersionSeen>> {
    const entries = [...this.#seen].map(
      ([version, { firstMs, lastMs, early, all }]): [string, VersionSeen] => [
        version,
        { firstMs: round(firstMs), lastMs: round(lastMs), ...all.summarize(), first: early.summarize() },
      ],
    );
    return Object.fromEntries(entries);
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
