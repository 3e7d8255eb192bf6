import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLoad } from '../../sandbox/load/load.ts';
import type { LoadResult } from '../../sandbox/load/result.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import { assertDeployed, type Inputs, type Target } from '../system/target.ts';
import type { Arena, Started } from './arena.ts';
import type { Fault, Scene } from './faults.ts';
import { faultFolder, instrument, type Replacement } from './instrument.ts';
import type { Point } from './points.ts';
import { assertTruthful, reportOf } from './report-truth.ts';
import { readColor, type Settled, untilOpen, untilSettled } from './settled.ts';

/** When a fault strikes: while the host program stands at a point, or some time after the run began. */
export type Moment =
  | { readonly kind: 'point'; readonly point: Point; readonly replacements?: readonly Replacement[] }
  | { readonly kind: 'delay'; readonly ms: number };

/** What came of one deploy that was struck, and of the one after it. */
export interface Trial {
  readonly served: 'old' | 'new' | 'other';
  readonly report: string;
  readonly requests: number;
  readonly failed: number;
  readonly run: ActionRun;
}

/** Light, so that JVMs can start beside it. */
const LOAD = { connections: 8, rate: 120, newPerSecond: 4, seconds: 600 };

/**
 * Strikes one deploy under load. Asserts what must be true whatever the fault: no request fails (or only while the
 * door was shut), one known release answers when all has settled, nothing is left, the report is true, and the next
 * deploy succeeds with no hand. The arena is fit for the next trial afterwards, unless this one throws.
 */
export async function tryFault(arena: Arena, fault: Fault, moment: Moment): Promise<Trial> {
  const { target } = arena;
  const old = { version: arena.live, color: await readColor(target) };
  await arrange(arena, moment);
  const load = await startLoad(target.url, { ...LOAD, ...fault.load });
  try {
    const others: Started[] = [];
    const { struck, shut } = await strike(arena, fault, moment, others);
    const run = await struck.run;
    for (const other of others) assert.equal(reportOf(await other.run), 'deployed', (await other.run).log);
    const known = new Map([
      [old.version, 'old'],
      [struck.version, 'new'],
      ...others.map(({ version }): [string, 'other'] => [version, 'other']),
    ] as const);
    const settled = await untilSettled(target, old.color).catch(showing(run));
    const served =
      known.get(settled.version) ?? assert.fail(`${settled.version} answers, which nobody deployed`);
    checkReport(run, settled, served);

    await target.host.sh(`rm -rf ${faultFolder}`);
    await arena.install();
    const next = arena.deployNext();
    const nextRun = await next.run;
    assertDeployed(nextRun, settled.color === 'blue' ? 'green' : 'blue');
    const after = await untilSettled(target, settled.color).catch(showing(nextRun));
    assert.equal(after.version, next.version, 'the traffic goes to the next deploy');
    arena.live = next.version;

    const result = await load.stop();
    checkLoad(result, shut, [...known.keys(), next.version]);
    return { served, report: reportOf(run), requests: result.requests, failed: result.failed, run };
  } finally {
    await load.stop();
  }
}

async function arrange({ target, install }: Arena, moment: Moment): Promise<void> {
  if (moment.kind === 'point') await install(instrument(moment.point, moment.replacements));
  await target.host.sh(`rm -rf ${faultFolder}; mkdir -m 0755 ${faultFolder}`);
}

/** The time, in ms since 1970, from when until when the front door was shut. */
interface Shut {
  readonly from: number;
  readonly until: number;
}

async function strike(
  arena: Arena,
  fault: Fault,
  moment: Moment,
  others: Started[],
): Promise<{ readonly struck: Started; readonly shut: Shut | undefined }> {
  const { target } = arena;
  const candidate = (await readColor(target)) === 'blue' ? 'green' : 'blue';
  const started = Promise.withResolvers<number>();
  const struck = arena.deployNext(
    { ...inputsOf(target, moment), ...fault.inputs },
    { onStart: started.resolve },
  );
  const runner = await started.promise;
  await untilReached(arena, struck, moment);
  const from = Date.now();
  const scene: Scene = {
    target,
    runner,
    candidate,
    deployAnother: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const onLine = (line: string) => {
        if (line.includes('waiting for the lock')) resolve();
      };
      const other = arena.deployNext({}, { onLine });
      others.push(other);
      const isOver = other.run.then(
        () => {},
        () => {},
      );
      return { waits: Promise.race([promise, isOver]), isOver };
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

/** Waits until the program stands at its point; fails when the run is over without it. */
async function untilReached({ target }: Arena, struck: Started, moment: Moment): Promise<void> {
  if (moment.kind === 'delay') return await sleep(moment.ms);
  let end: ActionRun | undefined;
  struck.run.then(
    run => {
      end = run;
    },
    () => {},
  );
  while ((await target.host.run(`[ -d ${faultFolder}/reached ]`)).code !== 0) {
    if (end !== undefined) assert.fail(`the run ended before it came to its point:\n${end.log}`);
    await sleep(50);
  }
}

function checkReport(run: ActionRun, settled: Settled, served: Trial['served']): void {
  try {
    assertTruthful(run, settled);
    if (run.outputs.outcome === 'deployed')
      assert.notEqual(served, 'old', 'what was reported as deployed serves');
  } catch (error) {
    showing(run)(error);
  }
}

function checkLoad(result: LoadResult, shut: Shut | undefined, known: readonly string[]): void {
  const strangers = Object.keys(result.versions).filter(version => !known.includes(version));
  assert.deepEqual(strangers, [], 'only known releases answered');
  assert.ok(result.requests > 200, `only ${result.requests} requests were made`);
  if (result.failing === undefined) return;
  const { fromMs, untilMs } = result.failing;
  const story = `${result.failed} of ${result.requests} requests failed, from ${fromMs} to ${untilMs} ms: ${JSON.stringify(result.failures)} ${JSON.stringify(result.samples.slice(0, 5))}`;
  if (shut === undefined) assert.fail(story);
  const [from, until] = [shut.from - result.startedAt, shut.until - result.startedAt];
  assert.ok(
    fromMs >= from && untilMs <= until,
    `${story}, but the door was shut from ${from} to ${until} ms`,
  );
}

/** Adds the run's log to an error. */
const showing =
  (run: ActionRun) =>
  (error: unknown): never => {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message}\nThe struck run:\n${run.log}`, { cause: error });
  };
