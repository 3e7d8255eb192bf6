import assert from 'node:assert/strict';
import { startLoad } from '../../sandbox/load/load.ts';
import type { LoadResult } from '../../sandbox/load/result.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import type { Arena, Started } from './arena.ts';
import type { Fault } from './faults.ts';
import { faultFolder } from './instrument.ts';
import { assertTruthful, reportOf } from './report-truth.ts';
import { readColor, type Settled, untilSettled } from './settled.ts';
import { arrange, type Moment, type Shut, strike } from './strike.ts';

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
  const rollbackTo = await arrange(arena, moment);
  const old = { version: arena.live, color: await readColor(target) };
  const load = await startLoad(target.url, { ...LOAD, ...fault.load });
  try {
    const others: Started[] = [];
    const { struck, shut } = await strike(arena, fault, moment, others, rollbackTo);
    const run = await struck.run;
    for (const other of others) assertUnstruckDeployed(await other.run, 'other');
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
    assertUnstruckDeployed(nextRun, 'next');
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

/** A deploy that no fault strikes succeeds: the other one beside the struck run, or the next one after it. */
function assertUnstruckDeployed(run: ActionRun, which: 'other' | 'next'): void {
  const report = reportOf(run);
  assert.equal(report, 'deployed', `the ${which} deploy reported '${report}':\n${run.log}`);
}

function checkReport(run: ActionRun, settled: Settled, served: Trial['served']): void {
  try {
    assertTruthful(run, settled);
    if (run.outputs.outcome === 'deployed' || run.outputs.outcome === 'rolled-back')
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
