import { Connection } from './connection.ts';
import type { LoadOptions } from './options.ts';
import { PAUSE_AFTER_FAILURE_MS, pause } from './pause.ts';
import { type LoadRequest, makeGet, makePost, makeSlow, makeUploads } from './requests.ts';
import { keepTalking } from './talk.ts';
import type { Tally } from './tally.ts';

/**
 * Puts load on a server until the signal; requests under way then are still waited for.
 * Every request is sent once and counted once.
 */
export async function runWorkers(
  url: URL,
  options: LoadOptions,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const { timeoutMs, postBytes, postEvery } = options;
  const get = makeGet(url, options.path, 'gets', timeoutMs);
  const post = makePost(url, postBytes, timeoutMs);
  const slow = makeSlow(url, options.slowMs, timeoutMs);
  const { uploadBytes, uploadBytesPerSecond, uploadPauseMs } = options;
  const { upload, throttled } = makeUploads(url, uploadBytes, uploadBytesPerSecond, timeoutMs);
  const send = (request: LoadRequest, pauseMs: number) =>
    keepSending(url, () => request, { firstMs: 0, everyMs: 0, pauseMs }, tally, signal);
  const choose = (turn: number) => (postEvery > 0 && turn % postEvery === postEvery - 1 ? post : get);
  const everyMs = options.rate === 'max' ? 0 : (options.connections * 1000) / options.rate;
  await Promise.all([
    ...repeat(options.connections, index => {
      const firstMs = (everyMs * index) / options.connections;
      return keepSending(url, turn => choose(turn + index), { firstMs, everyMs, pauseMs: 0 }, tally, signal);
    }),
    ...repeat(options.slow, () => send(slow, 0)),
    ...repeat(options.uploads, () => send(upload, uploadPauseMs)),
    ...repeat(options.throttledUploads, () => send(throttled, 0)),
    ...repeat(options.webSockets, () => keepTalking(url, timeoutMs, tally, signal)),
    openFresh(url, makeGet(url, options.path, 'fresh', timeoutMs), options.newPerSecond, tally, signal),
  ]);
}

/** When requests of one client are due: the first, the others at the earliest, and the pause after an answer. */
interface Pace {
  readonly firstMs: number;
  readonly everyMs: number;
  readonly pauseMs: number;
}

/** Sends requests one after the other on one kept connection. */
async function keepSending(
  url: URL,
  choose: (turn: number) => LoadRequest,
  { firstMs, everyMs, pauseMs }: Pace,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const connection = new Connection(url, () => tally.countIdleClose());
  let due = performance.now() + firstMs;
  for (let turn = 0; await isTimeTo(due, signal); turn++) {
    const succeeded = await sendOne(connection, choose(turn), tally);
    const now = performance.now();
    // What a stalled server delayed is not caught up in a burst.
    const pause = succeeded ? pauseMs : Math.max(pauseMs, PAUSE_AFTER_FAILURE_MS);
    due = Math.max(due + everyMs, now - everyMs, pause > 0 ? now + pause : 0);
  }
  connection.close();
}

/** Opens a new connection for each request, at a steady rate, however long the answers take. */
async function openFresh(
  url: URL,
  request: LoadRequest,
  perSecond: number,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  const everyMs = 1000 / perSecond;
  for (let due = performance.now(); perSecond > 0 && (await isTimeTo(due, signal)); due += everyMs) {
    // The server is asked to close, so its close is no idle close.
    const connection = new Connection(url, () => {});
    const sent = sendOne(connection, request, tally).finally(() => {
      connection.close();
      underWay.delete(sent);
    });
    underWay.add(sent);
  }
  await Promise.all(underWay);
}

/** Sends and counts one request; tells whether an answer came. */
async function sendOne(connection: Connection, request: LoadRequest, tally: Tally): Promise<boolean> {
  const began = performance.now();
  const outcome = await connection.send(request.bytes, request.timeoutMs);
  tally.count(request, outcome, performance.now() - began);
  return outcome.kind === 'answered';
}

/** Waits until a time of the performance clock; false when the run ended first. */
async function isTimeTo(due: number, signal: AbortSignal): Promise<boolean> {
  await pause(due - performance.now(), signal);
  return !signal.aborted;
}

function repeat<Value>(count: number, make: (index: number) => Value): readonly Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
