import type { Stage } from '../failure.ts';
import { formatMs } from './format.ts';
import type { StageTime } from './timeline.ts';

/** More would run into each other on a phone. */
const mostTicks = 5;

/** The stages as a chart of mermaid, which GitHub draws; in the order in which they began; `failed` is the one that did. */
export function gantt(stages: readonly StageTime[], failed: Stage | undefined): string {
  const bars = stages.map(
    ({ stage, startMs, ms }) =>
      `    ${stage} (${formatMs(ms)}) : ${stage === failed ? 'crit, ' : ''}${startMs}, ${startMs + Math.max(ms, 1)}`,
  );
  const endMs = Math.max(...stages.map(({ startMs, ms }) => startMs + ms));
  const ticks = `    tickInterval ${Math.max(1, Math.ceil(endMs / 1000 / mostTicks))}second`;
  return ['```mermaid', 'gantt', '    dateFormat x', '    axisFormat %M:%S', ticks, ...bars, '```'].join(
    '\n',
  );
}
