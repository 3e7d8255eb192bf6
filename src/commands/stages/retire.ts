import { Readable } from 'node:stream';
import type { Facts } from '../../host/stage.ts';
import type { Drain, HostReport } from '../../report/host-report.ts';
import { describeCount } from '../../report/traffic.ts';
import { readTraffic } from '../traffic-count.ts';
import type { HostRun, NextRelease } from './context.ts';
import { noticedIn } from './noticed.ts';
import type { Switched } from './switch.ts';

/** What the end of the old color showed. */
export interface Retired {
  readonly counted: Pick<HostReport, 'traffic' | 'drain' | 'tcpResets'>;
  /** What a person should know, in sentences. */
  readonly noticed: readonly string[];
}

/** Drains and stops the color that traffic has left, removes old releases, counts what clients saw, keeps the history. */
export async function retire(
  { config, world, connection }: HostRun,
  release: NextRelease,
  switched: Switched,
  entry: Readonly<Record<string, string | number | undefined>>,
): Promise<Retired> {
  const history = JSON.stringify({
    at: world.date().toISOString(),
    outcome: 'deployed',
    ...entry,
    ...world.provenance,
  });
  const facts = await connection.run(
    'retire',
    {
      release: release.name,
      color: release.color,
      'drain-timeout': config.drainTimeoutMs,
      'keep-releases': config.keepReleases,
      'switched-at': switched.at,
    },
    () => Readable.from([`${history}\n`]),
  );
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
