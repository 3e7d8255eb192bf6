import assert from 'node:assert/strict';
import type { ActionRun } from '../../sandbox/runner.ts';
import type { Settled } from './settled.ts';

/** What a run reported in short: `nothing` when it was killed, else its outcome and the reason if it failed. */
export const reportOf = ({ code, outputs }: ActionRun): string =>
  code === null ? 'nothing' : `${outputs.outcome} ${outputs.reason}`.trim();

/** A report that leaves open where the traffic ends up; any other sentence must name what serves when all is settled. */
const isOpenEnded = (traffic: string): boolean => /either|not confirmed yet/.test(traffic);

/** Asserts that a run's report is one: exit code, outcome and reason agree, and its sentence about the traffic is true. */
export function assertTruthful(run: ActionRun, settled: Settled): void {
  const { code, outputs } = run;
  if (code === null) return;
  const isGood = ['deployed', 'rolled-back', 'unchanged'].includes(outputs.outcome ?? '');
  assert.deepEqual({ code, hasReason: outputs.reason !== '' }, { code: isGood ? 0 : 1, hasReason: !isGood });
  const annotation = run.lines.find(line => line.startsWith('::error'));
  assert.equal(annotation === undefined, isGood, 'a failure, and only a failure, has an annotation');
  const traffic = isGood ? '' : (annotation?.split('%0A').at(-2) ?? '');
  const told = / goes to (\d{8}T\d{6}Z-[0-9a-f]{8}) \((blue|green)/.exec(traffic);
  if (told !== null && !isOpenEnded(traffic)) {
    assert.deepEqual([told[1], told[2]], [settled.release, settled.color], traffic);
  }
}
