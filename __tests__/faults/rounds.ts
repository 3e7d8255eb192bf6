import { type Fault, type FaultName, faults } from './faults.ts';
import { type PointName, points } from './points.ts';
import { Draw } from './seed.ts';
import type { Moment } from './strike.ts';

/** A deploy under load takes 3 to 8 s. */
const LONGEST_DELAY_MS = 7000;

/** A fault and a moment that were drawn. */
export interface Round {
  readonly name: string;
  readonly faultName: FaultName;
  readonly fault: Fault;
  readonly moment: Moment;
}

const faultNames = Object.keys(faults) as readonly FaultName[];
const pointNames = Object.keys(points) as readonly PointName[];
/** From then on nothing could serve in the place of a new color that dies. */
const oldIsStopped = pointNames.indexOf('retire: after the old color is stopped');

/** Draws the rounds; each one's draws are its own, so that fewer or more rounds of a seed begin alike. */
export function drawRounds(count: number, seed: string): readonly Round[] {
  return Array.from({ length: count }, (_, index) => {
    const draw = new Draw(`${seed}/${index + 1}`);
    const faultName = draw.one(faultNames);
    const needsOld = faultName === 'new color out of memory';
    const point = draw.one(needsOld ? pointNames.slice(0, oldIsStopped) : pointNames);
    const delayMs = draw.below(LONGEST_DELAY_MS);
    const isAtPoint = needsOld || draw.below(2) === 0;
    return {
      name: `${seed}/${index + 1}: ${faultName} | ${isAtPoint ? point : `${delayMs} ms after the run began`}`,
      faultName,
      fault: faults[faultName],
      moment: isAtPoint ? { kind: 'point', point: points[point] } : { kind: 'delay', ms: delayMs },
    };
  });
}
