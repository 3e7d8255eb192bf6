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
      : `; median answer ${count.medianMs} ms, before ${count.oldMedianMs} ms`;
  return `${count.errors} of ${inThousands(count.requests)} requests to the new release failed, ${before}${latency}.`;
}

const inThousands = (count: number): string => count.toLocaleString('en-US');
