import type { RollbackConfig, SwitchConfig } from '../../config.ts';
import type { Facts, HostParameters } from '../../host/stage.ts';
import type { World } from '../world.ts';
import type { HostRun, NextRelease } from './context.ts';
import { noticedIn } from './noticed.ts';
import { leavingParameters } from './retire.ts';

/** How the switch went. */
export interface Switched {
  readonly reloads: number;
  /** TCP resets the host had sent before the switch; undefined when it did not reload. */
  readonly tcpResetsBefore: number | undefined;
  /** What a person should know, in sentences. */
  readonly noticed: readonly string[];
}

/** Moves the traffic to the release, as one transaction on the host that verifies itself at the front door. */
export async function switchTraffic(run: HostRun, release: NextRelease): Promise<Switched> {
  return readSwitched(await run.connection.run('switch', switchParameters(run, release)));
}

/** What the host must know to switch to the release. */
export const switchParameters = (run: HostRun, release: NextRelease): HostParameters => ({
  release: release.name,
  color: release.color,
  ...endingParameters(run),
});

/** What the host must know to end a switch alone. */
export const endingParameters = ({ config, world }: HostRun): HostParameters => ({
  'bake-time': config.bake.timeMs,
  'bake-max-errors': config.bake.maxErrorsPer10000,
  'confirmed-by': config.verifyUrl === undefined ? 'host' : 'runner',
  ...leavingParameters(config),
  ...(isRollback(config) && { 'rollback-reason': describeReturn(config, world) }),
});

const isRollback = (config: SwitchConfig): config is RollbackConfig => config.command === 'rollback';

/** Why the release that is left is bad: a clause about it, in one line. */
const describeReturn = (
  { rollbackReason }: RollbackConfig,
  { provenance: { actor, runUrl } }: World,
): string =>
  `it was rolled back from${actor && ` by ${actor}`}${runUrl && ` (${runUrl})`}${rollbackReason && `: ${rollbackReason}`}`
    .replace(/\p{Cc}+/gu, ' ')
    .toWellFormed();

/** How the switch went, by what the host told. */
export function readSwitched(facts: Facts): Switched {
  return {
    reloads: facts.number('reloads') ?? 0,
    tcpResetsBefore: facts.number('tcp-resets-before'),
    noticed: noticedIn(facts),
  };
}
