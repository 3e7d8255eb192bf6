import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionRun } from '../../sandbox/runner.ts';
import type { Inputs, Target } from '../system/target.ts';
import type { Arena, Started } from './arena.ts';
import type { Fault, Scene } from './faults.ts';
import { faultFolder, instrument, type Replacement } from './instrument.ts';
import type { Point } from './points.ts';
import { readColor, untilOpen } from './settled.ts';

/** When a fault strikes: while the host program stands at a point, or some time after the run began. */
export type Moment =
  | { readonly kind: 'point'; readonly point: Point; readonly replacements?: readonly Replacement[] }
  | { readonly kind: 'delay'; readonly ms: number };

/** Has the next run stop at its point; for a rollback there is a release to go back to, whose version is given. */
export async function arrange(arena: Arena, moment: Moment): Promise<string | undefined> {
  const rollback = moment.kind === 'point' ? moment.point.rollback : undefined;
  const before = rollback && arena.live;
  if (rollback !== undefined) {
    const next = arena.deployNext({ 'keep-previous': rollback === 'cold' ? 'stopped' : 'running' });
    assert.equal((await next.run).outputs.outcome, 'deployed', (await next.run).log);
    arena.live = next.version;
  }
  if (moment.kind === 'point') await arena.install(instrument(moment.point, moment.replacements));
  await arena.target.host.sh(`rm -rf ${faultFolder}; mkdir -m 0755 ${faultFolder}`);
  return before;
}

/** The time, in ms since 1970, from when until when the front door was shut. */
export interface Shut {
  readonly from: number;
  readonly until: number;
}

/**
 * Begins a deploy, or a rollback to the version, strikes it at its moment, lets it go on, and heals what another's hand
 * did once the run is over. `others` gets the deploys that are begun beside it.
 */
export async function strike(
  arena: Arena,
  fault: Fault,
  moment: Moment,
  others: Started[],
  rollbackTo: string | undefined,
): Promise<{ readonly struck: Started; readonly shut: Shut | undefined }> {
  const { target } = arena;
  const candidate = (await readColor(target)) === 'blue' ? 'green' : 'blue';
  const started = Promise.withResolvers<number>();
  const options = { onStart: started.resolve };
  const struck =
    rollbackTo === undefined
      ? arena.deployNext({ ...inputsOf(target, moment), ...fault.inputs }, options)
      : arena.rollBackTo(rollbackTo, options);
  const runner = await started.promise;
  let end: ActionRun | undefined;
  const isOver = (): boolean => end !== undefined;
  struck.run.then(
    run => {
      end = run;
    },
    () => {},
  );
  if (moment.kind === 'delay') await sleep(moment.ms);
  else await untilReached(target, () => end);
  const from = Date.now();
  const scene: Scene = {
    target,
    signal: name => {
      if (!isOver()) process.kill(runner, name);
    },
    candidate,
    deployAnother: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const onLine = (line: string) => {
        if (line.includes('waiting for the lock')) resolve();
      };
      const other = arena.deployNext({}, { onLine });
      others.push(other);
      const over = other.run.then(
        () => {},
        () => {},
      );
      return { waits: Promise.race([promise, over]), over };
    },
  };
  const wound = await fault.strike(scene);
  await target.host.sh(`[ ! -d ${faultFolder} ] || : >${faultFolder}/go`);
  await fault.afterwards?.(scene);
  if (wound !== undefined) {
    await struck.run;
    await wound.heal();
  }
  if (fault.closesDoor !== true) return { struck, shut: undefined };
  return { struck, shut: { from, until: await untilOpen(target) } };
}

function inputsOf({ host }: Target, moment: Moment): Inputs {
  const inputs = moment.kind === 'point' ? (moment.point.inputs ?? {}) : {};
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, value.replace('{door}', host.address)]),
  );
}

/** Waits until the program stands at its point; fails when the run has come to its end without it. */
async function untilReached({ host }: Target, endOfRun: () => ActionRun | undefined): Promise<void> {
  while ((await host.run(`[ -d ${faultFolder}/reached ]`)).code !== 0) {
    const end = endOfRun();
    if (end !== undefined) assert.fail(`the run ended before it came to its point:\n${end.log}`);
    await sleep(50);
  }
}
