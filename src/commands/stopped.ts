import { Failure } from '../failure.ts';
import { Facts } from '../host/stage.ts';
import type { Ended } from './stage-call.ts';

/** How long a cancelled command waits for the stage under way to reach a safe point, in ms. */
const graceMs = 3500;

/** The failure of a cancelled command, with what the stage under way said of its end. */
export function stopped(reason: unknown, { text }: Failure, { outcome }: Ended): unknown {
  if (!(reason instanceof Failure) || outcome.kind !== 'exited') return reason;
  return new Failure({
    ...text,
    ...reason.text,
    message: `${reason.text.message} ${text.message}`,
    traffic: text.traffic,
  });
}

const nobodyWaits: Ended = {
  outcome: { kind: 'lost', why: 'the command was stopped' },
  facts: new Facts(),
  errors: [],
  said: 0,
  before: [],
};

/** Resolves a while after the signal is aborted, as a stage that nobody waits for any more. */
export function stoppedEnd(signal: AbortSignal): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const giveUp = () => setTimeout(() => resolve(nobodyWaits), graceMs).unref();
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  return promise;
}
