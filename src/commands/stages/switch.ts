import type { HostRun, NextRelease } from './context.ts';
import { noticedIn } from './noticed.ts';

/** How the switch went; `at` is the host's clock, in ms since 1970. */
export interface Switched {
  readonly at: number;
  readonly reloads: number;
  /** TCP resets the host had sent before the switch; undefined when it did not reload. */
  readonly tcpResetsBefore: number | undefined;
  /** What a person should know, in sentences. */
  readonly noticed: readonly string[];
}

/** Moves the traffic to the release, as one transaction on the host that verifies itself at the front door. */
export async function switchTraffic(
  { config, connection }: HostRun,
  release: NextRelease,
): Promise<Switched> {
  const facts = await connection.run('switch', {
    release: release.name,
    color: release.color,
    'bake-time': config.bake.timeMs,
    'bake-max-errors': config.bake.maxErrorsPer10000,
    'confirmed-by': config.verifyUrl === undefined ? 'host' : 'runner',
    'drain-timeout': config.drainTimeoutMs,
  });
  return {
    at: facts.number('switched-at') ?? 0,
    reloads: facts.number('reloads') ?? 0,
    tcpResetsBefore: facts.number('tcp-resets-before'),
    noticed: noticedIn(facts),
  };
}
