import type { SetupStep } from '../../report/setup.ts';
import type { ClockReading } from './clock.ts';
import { type LiveState, readLive } from './inspect.ts';
import { type HostSetup, keysOf, parametersOf, stepsIn } from './setup.ts';

/** What a setup found, and what it is going to do. */
export interface Survey extends LiveState {
  readonly steps: readonly SetupStep[];
  readonly clock: ClockReading;
  /** The host's own public keys, as root read them there: type and key in one line each. */
  readonly hostKeys: readonly string[];
  /** What was found of a tutorial's set-up, in sentences. */
  readonly tutorial: readonly string[];
}

/** Looks at what there is to be done, and changes nothing. */
export async function survey(run: HostSetup): Promise<Survey> {
  const { world, connection } = run;
  const sentMs = world.date().getTime();
  const facts = await connection.run('survey', parametersOf(run), { stdin: keysOf(run) });
  const clock = { hostMs: facts.number('host-time'), sentMs, receivedMs: world.date().getTime() };
  return {
    ...readLive(facts),
    steps: stepsIn(facts.all('step')),
    clock,
    hostKeys: facts.all('host-key'),
    tutorial: facts.all('tutorial'),
  };
}
