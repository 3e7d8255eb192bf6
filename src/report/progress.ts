import { formatBytes } from './format.ts';
import type { Transfer } from './host-report.ts';

/** At least so long between two lines, so that a short transfer has none, and at most while bytes go out, in ms. */
const shortestMs = 5000;
const longestMs = 30_000;
/** What must have gone out since the last line, as a share of all. */
const share = 0.1;

/** Tells how far a transfer has come, now and then. */
export class Progress {
  readonly #now: () => number;
  readonly #tell: (line: string) => void;
  #beganAt = 0;
  #toldAt = 0;
  #toldBytes = 0;
  #expected = 0;
  #bytes = 0;

  /** `now` is in ms. */
  constructor(now: () => number, tell: (line: string) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  /** What has gone out. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Since it began. */
  get ms(): number {
    return this.#now() - this.#beganAt;
  }

  /** So many bytes are to go out, beside those that went before; the first time it begins. */
  expect(bytes: number): void {
    if (this.#expected === 0) {
      this.#beganAt = this.#now();
      this.#toldAt = this.#beganAt;
    }
    this.#expected += bytes;
  }

  /** So many bytes more have gone out. */
  add(bytes: number): void {
    this.#bytes += bytes;
    const at = this.#now();
    const quietMs = at - this.#toldAt;
    const isFar = this.#bytes - this.#toldBytes >= share * this.#expected;
    if (this.#bytes >= this.#expected || quietMs < shortestMs || (!isFar && quietMs < longestMs)) return;
    this.#toldAt = at;
    this.#toldBytes = this.#bytes;
    this.#tell(formatProgress(this.#bytes, this.#expected, at - this.#beganAt));
  }
}

/** `12.5 MiB of 60.0 MiB (20 %), 11.9 MiB/s, 4 s left`, from what went out in so many ms. */
function formatProgress(bytes: number, expected: number, ms: number): string {
  const percent = Math.floor((100 * bytes) / expected);
  const left = formatLeft(((expected - bytes) / bytes) * ms);
  return `${formatBytes(bytes)} of ${formatBytes(expected)} (${percent} %), ${formatRate(bytes, ms)}, ${left} left`;
}

/** `60.0 MiB in 5.1 s, 11.8 MiB/s over 2 channels`. */
export function formatSent({ bytes, ms, channels }: Transfer): string {
  const shared = channels === 1 ? '' : ` over ${channels} channels`;
  return `${formatBytes(bytes)} in ${(ms / 1000).toFixed(1)} s, ${formatRate(bytes, ms)}${shared}`;
}

const formatRate = (bytes: number, ms: number): string =>
  `${formatBytes(Math.round((bytes * 1000) / Math.max(ms, 1)))}/s`;

function formatLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
