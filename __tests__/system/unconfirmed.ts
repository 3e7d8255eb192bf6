import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from '../../sandbox/runner.ts';
import type { Target } from './target.ts';

/** Kills the runner's process, as a lost runner does, when a line of its log begins with `line`. */
export function killedAt(line: string): RunOptions {
  let runner: number | undefined;
  return {
    onStart: pid => {
      runner = pid;
    },
    onLine: text => {
      if (runner !== undefined && text.startsWith(line)) process.kill(runner, 'SIGKILL');
    },
  };
}

/** The state in the journal of the last switch. */
export const stateOf = async ({ host }: Target): Promise<string> =>
  (await host.sh("sed -n 's/^state=//p' /opt/shop/state/journal")).trim();

/** Waits, at most a minute, until the host has ended the switch and everything about it. */
export async function untilSettled(target: Target, state: 'switched' | 'restored'): Promise<void> {
  const units = "systemctl list-units --no-legend 'bluegreen-shop-watch*' 'bluegreen-shop-deadline*'";
  for (let tries = 0; tries < 300; tries++) {
    if ((await stateOf(target)) === state && (await target.host.sh(units)).trim() === '') return;
    await sleep(200);
  }
  assert.fail(`the switch is ${await stateOf(target)}, not ${state}`);
}

/** The version that answers at the front door. */
export const versionAt = async ({ url }: Target): Promise<string> =>
  /version=(\S+)/.exec(await (await fetch(url)).text())?.[1] ?? '';
