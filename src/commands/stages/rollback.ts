import type { RollbackConfig } from '../../config.ts';
import { Failure } from '../../failure.ts';
import { Facts, type HostParameters } from '../../host/stage.ts';
import type { FirstStage } from '../first-call.ts';
import type { Origin } from '../provenance.ts';
import type { HostRun, NextRelease } from './context.ts';
import { colorIn, type LiveState, nameIn, originIn, readLive } from './inspect.ts';
import { type Retired, readRetired } from './retire.ts';
import { endingParameters, readSwitched, type Switched } from './switch.ts';

/** The release to go back to: it is live already, still up on its color (the host moves the traffic at once), or stopped. */
export interface ReturnTarget {
  readonly kind: 'live' | 'running' | 'stopped';
  readonly release: NextRelease;
  readonly origin: Origin;
}

export interface Choice {
  readonly target: ReturnTarget;
  readonly before: LiveState;
}

/** The call of the host's rollback, which comes with the lock; its choice is known before its end. */
export interface GoingBack {
  readonly first: FirstStage;
  readonly choose: () => Promise<Choice>;
  /**
   * The end of the call: of a target that was running, how the switch went, and the retirement where nothing else is
   * asked for.
   */
  readonly end: () => Promise<{ readonly switched: Switched; readonly retired: Retired | undefined }>;
}

/** Asks the host to choose the release and, where it is still up, to move the traffic to it in the same call. */
export function goBack(run: HostRun<RollbackConfig>): GoingBack {
  const { world, connection } = run;
  const parameters = parametersOf(run);
  const early = new Facts();
  const { promise: chosen, resolve } = Promise.withResolvers<Facts>();
  const onFact = (line: string): void => {
    early.take(line);
    if (line.startsWith('@chosen=')) resolve(early);
  };
  let ended: Promise<Facts> | undefined;
  const endOf = (): Promise<Facts> => {
    ended ??= connection.run('rollback', parameters, { onFact });
    return ended;
  };
  return {
    first: { stage: 'rollback', parameters, onFact },
    choose: async () => {
      const facts = await Promise.race([chosen, endOf()]);
      const choice = readChoice(facts);
      world.log.foreign(
        `live: ${choice.before.liveRelease ?? choice.before.adopted} (${choice.before.liveColor}), ${facts.text('live-proof')} at the front door; to go back to: ${choice.target.release.name} (${choice.target.release.color}), ${choice.target.kind}`,
      );
      return choice;
    },
    end: async () => {
      const facts = await endOf();
      const switched = readSwitched(facts);
      const isRetired = facts.text('retired') === 'yes';
      return { switched, retired: isRetired ? readRetired(facts, world, switched) : undefined };
    },
  };
}

function parametersOf(run: HostRun<RollbackConfig>): HostParameters {
  const { config } = run;
  return {
    ...(config.release !== undefined && { release: config.release }),
    ...(config.force && { force: 'yes' }),
    'health-timeout': config.health.timeoutMs,
    'health-interval': config.health.intervalMs,
    'keep-releases': config.keepReleases,
    ...endingParameters(run),
  };
}

function readChoice(facts: Facts): Choice {
  const color = colorIn(facts, 'target-color');
  const name = nameIn(facts, 'target');
  const kind = kindOf(facts.text('chosen'));
  if (color === undefined || name === '' || kind === undefined) {
    throw new Failure({
      reason: 'host-error',
      message: 'The host program did not say which release it goes back to.',
      traffic: '',
      remedy: 'Look at the log; if it happens again, please report it.',
    });
  }
  return {
    target: { kind, release: { name, color }, origin: originIn(facts, 'target') },
    before: readLive(facts),
  };
}

/** An untrusted front door is refused by what was told of it; nothing was done. */
const kindOf = (chosen: string): ReturnTarget['kind'] | undefined =>
  chosen === 'live' || chosen === 'running' || chosen === 'stopped'
    ? chosen
    : chosen === 'untrusted'
      ? 'stopped'
      : undefined;
