import type { BakeCount } from './host-report.ts';

/** One sentence on how the new release did while it was watched, against the one before it. */
export function describeBake(count: BakeCount): string {
  if (count.requests === 0)
    return 'No request reached the new release while it was watched; only its process and its health could speak.';
  const before =
    count.oldRequests === 0
      ? 'the release before it had none to compare with'
      : `the release before it ${count.oldErrors} of ${inThousands(count.oldRequests)}`;
  const latency =
    count.medianMs === undefined || count.oldMedianMs === undefined
      ? ''
      : `; median answer ${inMs(count.medianMs)}, before ${inMs(count.oldMedianMs)}`;
  return `${count.errors} of ${inThousands(count.requests)} requests to the new release failed, ${before}${latency}.`;
}

/** nginx tells whole milliseconds. */
const inMs = (ms: number): string => (ms === 0 ? 'under 1 ms' : `${ms} ms`);

const inThousands = (count: number): string => count.toLocaleString('en-US');
