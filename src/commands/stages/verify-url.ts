import pRetry from 'p-retry';
import type { World } from '../world.ts';

const retries = 5;
const answerWithinMs = 5000;

/**
 * Asks verify-url from the runner until it answers with 2xx, six times at most with a pause of a second.
 * Gives undefined when it did, else what the last answer was, as a clause.
 */
export async function askVerifyUrl(url: URL, world: World): Promise<string | undefined> {
  const ask = async (): Promise<undefined> => {
    const signal = AbortSignal.any([world.signal, AbortSignal.timeout(answerWithinMs)]);
    const answer = await world.fetch(url, { signal, headers: { 'user-agent': 'nginx-bluegreen' } });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  };
  return await pRetry(ask, {
    retries,
    factor: 1,
    minTimeout: 1000,
    signal: world.signal,
    shouldRetry: () => !world.signal.aborted,
  }).catch((error: unknown) => describe(error));
}

/** fetch says `fetch failed` and keeps the cause beside it. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `it did not answer within ${answerWithinMs / 1000} s`;
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
