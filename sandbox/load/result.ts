import type { Percentiles } from './latencies.ts';

/** Why a request failed. `unreachable`: no connection, other than refused. `content`: status 200, wrong body. */
export type FailureKind = 'reset' | 'closed' | 'refused' | 'unreachable' | 'timeout' | 'status' | 'content';

/** Requests of one sort. */
export interface PartResult {
  readonly requests: number;
  readonly failed: number;
}

/** Answers of one version (to `gets` and `fresh`): when they came, in ms after the start, and how fast. */
export interface VersionSeen extends Percentiles {
  readonly firstMs: number;
  readonly lastMs: number;
  /** Those of requests sent within `firstSeconds` after the version's first answer came. */
  readonly first: Percentiles;
}

/** What became of the WebSockets. */
export interface WebSocketResult {
  /** Handshakes sent; each is a request of the run. */
  readonly connections: number;
  /** Texts that came back. */
  readonly messages: number;
  /** Open connections that the other side ended: no failures. */
  readonly cuts: number;
  /** Handshakes refused, and texts that came back wrong or not in time on an open connection. */
  readonly failed: number;
}

/** One failed request, for a reader to look into. */
export interface FailureSample {
  readonly ms: number;
  readonly kind: FailureKind;
  readonly request: string;
  readonly detail: string;
}

/** What one run of load saw. `requests` and `failed` are of all sorts; every request is in exactly one part. */
export interface LoadResult {
  readonly kind: 'result';
  /** Unix time in ms that all other times count from. */
  readonly startedAt: number;
  /** From the start until the last request was over. */
  readonly seconds: number;
  readonly requests: number;
  readonly failed: number;
  readonly failures: Readonly<Partial<Record<FailureKind, number>>>;
  /** From the first failure that came to the last sending of a request that failed, in ms; not there without one. */
  readonly failing?: { readonly fromMs: number; readonly untilMs: number };
  readonly byStatus: Readonly<Record<string, number>>;
  readonly versions: Readonly<Record<string, VersionSeen>>;
  readonly gets: PartResult;
  readonly posts: PartResult;
  readonly fresh: PartResult;
  readonly slow: PartResult;
  readonly uploads: PartResult;
  readonly throttledUploads: PartResult;
  readonly webSockets: WebSocketResult;
  /** Keep-alive connections that ended while no request was on them: no failures. */
  readonly idleCloses: number;
  /**
   * Longest time between two good answers, of `gets`, `posts` and `fresh`. The start of the run and the moment
   * when it was ended count as good answers, so an outage at either side shows.
   */
  readonly longestGapMs: number;
  /** Time to a whole good answer of `gets`, `posts` and `fresh`, to 1 %. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The first 20 failures. */
  readonly samples: readonly FailureSample[];
}
