import type { SwitchConfig } from '../../config.ts';
import type { Facts, HostParameters } from '../../host/stage.ts';
import type { Drain, HostReport } from '../../report/host-report.ts';
import { describeCount } from '../../report/traffic.ts';
import { readTraffic } from '../traffic-count.ts';
import type { World } from '../world.ts';
import type { HostRun, NextRelease } from './context.ts';
import { noticedIn } from './noticed.ts';
import type { Switched } from './switch.ts';

/** What the end of the old color showed. */
export interface Retired {
  readonly counted: Pick<HostReport, 'traffic' | 'drain' | 'tcpResets'>;
  /** What a person should know, in sentences. */
  readonly noticed: readonly string[];
}

/** Drains and stops the color that traffic has left, removes old releases, counts what clients saw. */
export async function retire(run: HostRun, release: NextRelease, switched: Switched): Promise<Retired> {
  const facts = await run.connection.run('retire', retireParameters(run, release));
  return readRetired(facts, run.world, switched);
}

/** What the host must know to end the old color. */
export const retireParameters = ({ config }: HostRun, release: NextRelease): HostParameters => ({
  release: release.name,
  color: release.color,
  'keep-releases': config.keepReleases,
  ...leavingParameters(config),
});

/** What becomes of the release that the traffic leaves: one that is rolled back from is bad, and is not kept up. */
export const leavingParameters = (config: SwitchConfig): HostParameters => ({
  'drain-timeout': config.drainTimeoutMs,
  'keep-previous': config.command === 'rollback' ? 'stopped' : config.keepPrevious,
});

/** What the host told of the end of the old color. */
export function readRetired(facts: Facts, world: World, switched: Switched): Retired {
  const drainMs = facts.number('drain-ms');
  const traffic = readTraffic(facts);
  const tcpResets = difference(facts.number('tcp-resets-after'), switched.tcpResetsBefore);
  if (traffic !== undefined) world.log.info(describeCount(traffic, { reloads: switched.reloads, tcpResets }));
  const drain = drainMs === undefined ? undefined : readDrain(drainMs, facts);
  return { counted: { traffic, tcpResets, drain }, noticed: noticedIn(facts) };
}

const readDrain = (ms: number, facts: Facts): Drain => ({
  ms,
  open: facts.number('drain-open') ?? 0,
  cut: facts.number('drain-cut') ?? 0,
  cutWebSockets: facts.number('drain-cut-web-sockets') ?? 0,
});

const difference = (after: number | undefined, before: number | undefined): number | undefined =>
  after === undefined || before === undefined ? undefined : after - before;
