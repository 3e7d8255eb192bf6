import { formatMs } from '../../report/format.ts';
import type { HostDeploy, NewRelease } from './context.ts';

/** Starts the release on the idle color and waits, on the host, until it is healthy and proven. Gives ms until healthy. */
export async function start({ config, world, connection }: HostDeploy, release: NewRelease): Promise<number> {
  const { health } = config;
  const facts = await connection.run('start', {
    release: release.name,
    color: release.color,
    'health-timeout': health.timeoutMs,
    'health-interval': health.intervalMs,
    'health-successes': health.successes,
  });
  const healthyAfterMs = facts.number('healthy-after') ?? 0;
  world.log.info(`healthy ${formatMs(healthyAfterMs)} after its start, ${health.successes} probes in a row`);
  return healthyAfterMs;
}
