import type { Outcome } from './connection.ts';
import type { Handshake } from './handshake.ts';
import { Latencies } from './latencies.ts';
import type { LoadRequest, Sort } from './requests.ts';
import type { FailureKind, FailureSample, LoadResult } from './result.ts';
import { Versions } from './versions.ts';
import type { End } from './web-socket.ts';

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
  readonly #webSockets = { connections: 0, messages: 0, cuts: 0, failed: 0 };
  readonly #failures = new Map<FailureKind, number>();
  readonly #statuses = new Map<number, number>();
  readonly #versions: Versions;
  readonly #samples: FailureSample[] = [];
  readonly #latencies = new Latencies();
  #failing: LoadResult['failing'];
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
    const part = this.#parts[request.sort];
    part.requests++;
    if (outcome.kind === 'failed') {
      this.#fail(part, request.name, outcome.failure, outcome.detail, tookMs);
      return;
    }
    const { status, body } = outcome.answer;
    this.#countStatus(status);
    if (status !== 200) {
      this.#fail(part, request.name, 'status', `${status}: ${body.slice(0, 80)}`, tookMs);
      return;
    }
    const verdict = request.judge(body);
    if (verdict.kind === 'wrong') this.#fail(part, request.name, 'content', verdict.detail, tookMs);
    else this.#succeed(request, verdict.version, tookMs);
  }

  /** Counts one handshake of a WebSocket that is over. */
  countHandshake(handshake: Handshake): void {
    this.#webSockets.connections++;
    if (handshake.status !== undefined) this.#countStatus(handshake.status);
    if (handshake.kind === 'failed')
      this.#fail(this.#webSockets, 'WebSocket', handshake.failure, handshake.detail);
  }

  /** Counts what became of one text, or of a WebSocket with none under way. */
  countEcho(echo: { readonly kind: 'echoed' } | End): void {
    if (echo.kind === 'echoed') this.#webSockets.messages++;
    else if (echo.kind === 'cut') this.#webSockets.cuts++;
    else this.#fail(this.#webSockets, 'WebSocket', echo.failure, echo.detail);
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
      requests: parts.reduce((sum, { requests }) => sum + requests, this.#webSockets.connections),
      failed: parts.reduce((sum, { failed }) => sum + failed, this.#webSockets.failed),
      failures: Object.fromEntries(this.#failures),
      ...(this.#failing && { failing: this.#failing }),
      byStatus: Object.fromEntries(this.#statuses),
      versions: this.#versions.summarize(),
      ...structuredClone(this.#parts),
      webSockets: { ...this.#webSockets },
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

  #countStatus(status: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
  }

  #fail(part: { failed: number }, request: string, kind: FailureKind, detail: string, tookMs = 0): void {
    part.failed++;
    const nowMs = this.#elapsedMs();
    this.#failing = {
      fromMs: round(this.#failing?.fromMs ?? nowMs),
      untilMs: round(Math.max(this.#failing?.untilMs ?? 0, nowMs - tookMs)),
    };
    this.#failures.set(kind, (this.#failures.get(kind) ?? 0) + 1);
    if (this.#samples.length < SAMPLES) {
      this.#samples.push({ ms: round(nowMs), kind, request, detail });
    }
  }

  #elapsedMs(): number {
    return performance.now() - this.#start;
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
