import { Readable } from 'node:stream';
import type { HostReport } from '../../report/host-report.ts';
import { describeCount } from '../../report/summary.ts';
import type { HostDeploy, NewRelease } from './context.ts';
import type { Switched } from './switch.ts';

/** Drains and stops the color that traffic has left, removes old releases, counts what clients saw, keeps the history. */
export async function retire(
  { config, world, connection }: HostDeploy,
  release: NewRelease,
  switched: Switched,
  entry: Readonly<Record<string, string | number | undefined>>,
): Promise<Pick<HostReport, 'traffic' | 'drain' | 'tcpResets'>> {
  const history = JSON.stringify({
    at: world.date().toISOString(),
    outcome: 'deployed',
    ...entry,
    ...world.provenance,
  });
  const facts = await connection.run(
    'retire',
    {
      color: release.color,
      'drain-timeout': config.drainTimeoutMs,
      'keep-releases': config.keepReleases,
      'switched-at': switched.at,
    },
    Readable.from([`${history}\n`]),
  );
  const drainMs = facts.number('drain-ms');
  const tcpResets = difference(facts.number('tcp-resets-after'), switched.tcpResetsBefore);
  const traffic = {
    requests: facts.number('requests') ?? 0,
    failed: facts.number('failed-requests') ?? 0,
    closedByClient: facts.number('closed-by-client') ?? 0,
    longestGapMs: facts.number('longest-gap') ?? 0,
    downtimeMs: facts.number('downtime') ?? 0,
  };
  world.log.info(describeCount(traffic, { reloads: switched.reloads, tcpResets }));
  return {
    traffic,
    tcpResets,
    drain: drainMs === undefined ? undefined : { ms: drainMs, cut: facts.number('drain-cut') ?? 0 },
  };
}

const difference = (after: number | undefined, before: number | undefined): number | undefined =>
  after === undefined || before === undefined ? undefined : after - before;
