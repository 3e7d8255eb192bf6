import type { Facts, HostParameters } from '../../host/stage.ts';
import { formatMs } from '../../report/format.ts';
import type { HostReport } from '../../report/host-report.ts';
import { describeWarmUp, type WarmUpResult } from '../../report/warm-up.ts';
import type { HostRun, NextRelease } from './context.ts';
import { noticedIn } from './noticed.ts';

/** What the start of a release showed. */
export interface Started extends Pick<HostReport, 'healthyAfterMs' | 'warmUp'> {
  /** What a person should know, in sentences. */
  readonly noticed: readonly string[];
}

/** Starts the release on the idle color, waits on the host until it is healthy and proven, and warms it up there. */
export async function start(deploy: HostRun, release: NextRelease): Promise<Started> {
  const { config, world, connection } = deploy;
  const { health } = config;
  const facts = await connection.run('start', startParameters(deploy, release));
  const healthyAfterMs = facts.number('healthy-after');
  const warmUp = readWarmUp(facts);
  world.log.info(
    `healthy ${formatMs(healthyAfterMs ?? 0)} after its start, ${health.successes} probes in a row`,
  );
  if (warmUp !== undefined) world.log.info(`warm-up: ${describeWarmUp(warmUp)}`);
  return { healthyAfterMs, warmUp, noticed: noticedIn(facts) };
}

/** What the host must know to start the release. */
export const startParameters = (run: HostRun, release: NextRelease): HostParameters => ({
  release: release.name,
  color: release.color,
  'health-timeout': run.config.health.timeoutMs,
  'health-interval': run.config.health.intervalMs,
  'health-successes': run.config.health.successes,
  ...warmUpParameters(run),
});

const warmUpParameters = ({ config: { warmUp } }: HostRun): HostParameters =>
  warmUp === undefined
    ? {}
    : { 'warm-up-paths': warmUp.paths.join(' '), 'warm-up-requests': warmUp.requests };

function readWarmUp(facts: Facts): WarmUpResult | undefined {
  const requests = facts.number('warm-up-requests');
  if (requests === undefined) return undefined;
  const [first, last, p99] = ['first', 'last', 'p99'].map(name => facts.number(`warm-up-${name}`));
  const isMeasured = first !== undefined && last !== undefined && p99 !== undefined;
  return {
    requests,
    failed: facts.number('warm-up-failed') ?? 0,
    ms: facts.number('warm-up-ms') ?? 0,
    hasSettled: facts.text('warm-up-settled') === 'yes',
    latency: isMeasured ? { firstMs: first / 1000, lastMs: last / 1000, p99Ms: p99 / 1000 } : undefined,
  };
}
