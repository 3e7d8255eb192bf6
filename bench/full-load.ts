import type { LoadOptions } from '../sandbox/load/options.ts';
import type { LoadResult } from '../sandbox/load/result.ts';
import { sum } from './statistics.ts';

/** Throttled uploads take 40 s, several times the drain of 8 s. */
const THROTTLED = 2;

/** Everything a busy site has in flight while it is deployed to. */
export const FULL_LOAD = {
  connections: 64,
  rate: 'max',
  postEvery: 4,
  slow: 8,
  slowMs: 5000,
  newPerSecond: 16,
  webSockets: 4,
  uploads: 2,
  throttledUploads: THROTTLED,
  uploadBytes: 20_000_000,
  uploadBytesPerSecond: 500_000,
  // The whole answer of a large upload waits for both cores.
  timeoutMs: 30_000,
  seconds: 900,
} as const satisfies Partial<LoadOptions>;

/** The load in words, for a reader. */
export const FULL_LOAD_TEXT =
  '64 keep-alive connections that send as fast as answers come (every 4th request a POST of 4 KB), 16 new connections a second, 8 requests of 5 s in flight at any time, 4 WebSockets that connect again when they are cut, 4 uploads of 20 MB at any time, 2 of them throttled to take 40 s each';

/**
 * How often, at least, a throttled upload was under way all through a drain. Their clients send one right
 * after the other, so a drain is outlasted unless one of a client's uploads ended within it.
 */
export function countOutlasted(
  deploys: number,
  { throttledUploads }: Pick<LoadResult, 'throttledUploads'>,
): number {
  const ends = throttledUploads.requests - THROTTLED;
  return Math.max(0, THROTTLED * deploys - ends);
}

/** What must be zero when no request is lost: all failures, and of those slow requests cut and uploads lost. */
export function countLost(loads: readonly LoadResult[]): {
  readonly requests: number;
  readonly failed: number;
  readonly slow: number;
  readonly uploads: number;
} {
  return {
    requests: sum(loads.map(load => load.requests)),
    failed: sum(loads.map(load => load.failed)),
    slow: sum(loads.map(load => load.slow.failed)),
    uploads: sum(loads.map(load => load.uploads.failed + load.throttledUploads.failed)),
  };
}
