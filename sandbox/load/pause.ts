import { setTimeout as sleep } from 'node:timers/promises';

/** A refused connection must not become a busy loop. */
export const PAUSE_AFTER_FAILURE_MS = 20;

/** Waits for a time, until the signal at most. */
export async function pause(ms: number, signal: AbortSignal): Promise<undefined> {
  if (ms > 0 && !signal.aborted) await sleep(ms, undefined, { signal }).catch(() => {});
}
