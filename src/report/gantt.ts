import type { Stage } from '../failure.ts';
import { formatMs } from './format.ts';
import type { BesideTime, StageTime } from './timeline.ts';

/** More would run into each other on a phone. */
const mostTicks = 5;

/**
 * The stages, and what ran beside them, as a chart of mermaid, which GitHub draws; in the order in which they began;
 * `failed` is the stage that did.
 */
export function gantt(
  stages: readonly StageTime[],
  besides: readonly BesideTime[],
  failed: Stage | undefined,
): string {
  const all = [
    ...stages.map(({ stage, ...time }) => ({ ...time, name: stage, mark: stage === failed ? 'crit, ' : '' })),
    ...besides.map(({ what, ...time }) => ({ ...time, name: what, mark: 'active, ' })),
  ].toSorted((one, other) => one.startMs - other.startMs);
  const bars = all.map(
    ({ name, mark, startMs, ms }) =>
      `    ${name} (${formatMs(ms)}) : ${mark}${startMs}, ${startMs + Math.max(ms, 1)}`,
  );
  const endMs = Math.max(...all.map(({ startMs, ms }) => startMs + ms));
  const ticks = `    tickInterval ${Math.max(1, Math.ceil(endMs / 1000 / mostTicks))}second`;
  return ['```mermaid', 'gantt', '    dateFormat x', '    axisFormat %M:%S', ticks, ...bars, '```'].join(
    '\n',
  );
}
