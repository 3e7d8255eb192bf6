import assert from 'node:assert/strict';
import type { Cell } from './cells.ts';
import { type Fault, faults } from './faults.ts';
import type { HostKeeper } from './host-keeper.ts';
import type { Replacement } from './instrument.ts';
import { points } from './points.ts';
import { type Trial, tryFault } from './trial.ts';

/** Runs one cell of the matrix, in a host program with the replacements. Throws when something in it is not true. */
export async function checkCell(
  keeper: HostKeeper,
  cell: Cell,
  replacements: readonly Replacement[] = [],
): Promise<Trial> {
  const fault: Fault = faults[cell.fault];
  return await keeper.use(async arena => {
    const trial = await tryFault(arena, fault, { kind: 'point', point: points[cell.point], replacements });
    const { served, report, run } = trial;
    assert.ok(
      cell.serves.split(' or ').includes(served),
      `${served} serves, not ${cell.serves}:\n${run.log}`,
    );
    assert.ok(
      cell.reports.includes(report),
      `the run reported '${report}', not ${cell.reports.join(' or ')}:\n${run.log}`,
    );
    return trial;
  });
}
