import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { activeColors, type Target, whatIsLeft } from '../system/target.ts';

/** A run that vanished is over on the host within 20 s and 30 s more; the rest is for a slow machine. */
const PATIENCE_MS = 75_000;

/** What answers, once nothing of a run is left. */
export interface Settled {
  readonly version: string;
  readonly color: 'blue' | 'green';
  readonly release: string;
}

/**
 * Waits until nothing of a run is left on the host, the color that has the traffic runs and no color does that was
 * never switched to; gives what answers at the front door then. `old` is the color that was live before the run.
 */
export async function untilSettled(target: Target, old: 'blue' | 'green'): Promise<Settled> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const problem = await describeRest(target, old);
    if (problem === '') return await readSettled(target);
    if (performance.now() > deadline) assert.fail(`after ${PATIENCE_MS / 1000} s there is still: ${problem}`);
    await sleep(300);
  }
}

async function describeRest(target: Target, old: 'blue' | 'green'): Promise<string> {
  const left = await whatIsLeft(target.host);
  if (left !== '') return left;
  const color = await readColor(target);
  const active = await activeColors(target.host);
  // The backup of its upstream may hide that.
  if (!active.split(' ').includes(color)) return `traffic sent to ${color}, which does not run`;
  // The color that traffic has left may stay up until the next deploy; one that it never came to may not.
  return color === old && active !== color ? `${active || 'no color'} running while ${color} is live` : '';
}

/** The color that the marker sends traffic to. */
export async function readColor({ host }: Target): Promise<'blue' | 'green'> {
  return (await host.sh('ls /etc/nginx/bluegreen/shop')).split('\n').includes('green') ? 'green' : 'blue';
}

async function readSettled(target: Target): Promise<Settled> {
  const color = await readColor(target);
  const release = (await target.host.sh(`basename "$(readlink /opt/shop/${color})"`)).trim();
  const answers = await Promise.all(
    Array.from({ length: 10 }, async () => (await fetch(`${target.url}/version`)).text()),
  );
  const [version = '', ...others] = [...new Set(answers)];
  assert.deepEqual(others, [], 'one release answers');
  return { version, color, release };
}

/** Asks the front door until it answers well, at most a minute; gives the time then, in ms since 1970. */
export async function untilOpen({ url }: Target): Promise<number> {
  for (let tries = 0; tries < 1200; tries++) {
    const isOpen = await fetch(`${url}/version`, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isOpen) return Date.now();
    await sleep(50);
  }
  return assert.fail('the front door stays shut');
}
