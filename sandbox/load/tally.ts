import type { Outcome } from './connection.ts';
import { Latencies } from './latencies.ts';
import type { LoadRequest, Sort } from './requests.ts';
import type { FailureKind, FailureSample, LoadResult } from './result.ts';
import { Versions } from './versions.ts';

const SAMPLES = 20;
/** Their answers come at no steady pace, so they tell neither gaps nor latency. */
const UNSTEADY: ReadonlySet<Sort> = new Set(['slow', 'uploads', 'throttledUploads']);

/** Counts what became of each request of a run. */
export class Tally {
  readonly #startedAt = Date.now();
  readonly #start = performance.now();
  readonly #parts: Record<Sort, { requests: number; failed: number }> = {
    gets: { requests: 0, failed: 0 },
    posts: { requests: 0, failed: 0 },
    fresh: { requests: 0, failed: 0 },
    slow: { requests: 0, failed: 0 },
    uploads: { requests: 0, failed: 0 },
    throttledUploads: { requests: 0, failed: 0 },
  };
  readonly #failures = new Map<FailureKind, number>();
  readonly #statuses = new Map<number, number>();
  readonly #versions: Versions;
  readonly #samples: FailureSample[] = [];
  readonly #latencies = new Latencies();
  #idleCloses = 0;
  #lastSuccessMs = 0;
  #longestGapMs = 0;
  #isOver = false;

  /** `firstSeconds`: see `LoadOptions`. */
  constructor(firstSeconds: number) {
    this.#versions = new Versions(firstSeconds * 1000);
  }

  /** Counts one request that is over; `tookMs` is its time from the first byte sent to the last received. */
  count(request: LoadRequest, outcome: Outcome, tookMs: number): void {
    this.#parts[request.sort].requests++;
    if (outcome.kind === 'failed') {
      this.#fail(request, outcome.failure, outcome.detail);
      return;
    }
    const { status, body } = outcome.answer;
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    if (status !== 200) {
      this.#fail(request, 'status', `${status}: ${body.slice(0, 80)}`);
      return;
    }
    const verdict = request.judge(body);
    if (verdict.kind === 'wrong') this.#fail(request, 'content', verdict.detail);
    else this.#succeed(request, verdict.version, tookMs);
  }

  /** Counts a keep-alive connection that ended with no request on it. */
  countIdleClose(): void {
    this.#idleCloses++;
  }

  /** Tells that no new requests are sent; those still under way count, but gaps are no longer measured. */
  end(): void {
    this.#closeGap();
    this.#isOver = true;
  }

  /** Tells the counts so far. */
  summarize(): LoadResult {
    const nowMs = this.#elapsedMs();
    const { p50Ms, p99Ms } = this.#latencies.summarize();
    const parts = Object.values(this.#parts);
    return {
      kind: 'result',
      startedAt: this.#startedAt,
      seconds: round(nowMs / 1000),
      requests: parts.reduce((sum, { requests }) => sum + requests, 0),
      failed: parts.reduce((sum, { failed }) => sum + failed, 0),
      failures: Object.fromEntries(this.#failures),
      byStatus: Object.fromEntries(this.#statuses),
      versions: this.#versions.summarize(),
      ...structuredClone(this.#parts),
      idleCloses: this.#idleCloses,
      longestGapMs: round(
        this.#isOver ? this.#longestGapMs : Math.max(this.#longestGapMs, nowMs - this.#lastSuccessMs),
      ),
      p50Ms,
      p99Ms,
      samples: [...this.#samples],
    };
  }

  #succeed(request: LoadRequest, version: string | undefined, tookMs: number): void {
    if (!UNSTEADY.has(request.sort)) {
      this.#closeGap();
      this.#latencies.add(tookMs);
    }
    if (version !== undefined) this.#versions.add(version, this.#elapsedMs(), tookMs);
  }

  #closeGap(): void {
    if (this.#isOver) return;
    const ms = this.#elapsedMs();
    this.#longestGapMs = Math.max(this.#longestGapMs, ms - this.#lastSuccessMs);
    this.#lastSuccessMs = ms;
  }

  #fail(request: LoadRequest, kind: FailureKind, detail: string): void {
    this.#parts[request.sort].failed++;
    this.#failures.set(kind, (this.#failures.get(kind) ?? 0) + 1);
    if (this.#samples.length < SAMPLES) {
      this.#samples.push({ ms: round(this.#elapsedMs()), kind, request: request.name, detail });
    }
  }

  #elapsedMs(): number {
    return performance.now() - this.#start;
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
