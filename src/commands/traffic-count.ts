import type { Facts } from '../host/stage.ts';
import type { ServedCount, TrafficCount } from '../report/host-report.ts';

/** What `count_requests` told on the host; undefined when it was not asked to. */
export function readTraffic(facts: Facts): TrafficCount | undefined {
  const requests = facts.number('requests');
  if (requests === undefined) return undefined;
  return {
    requests,
    failed: facts.number('failed-requests') ?? 0,
    closedByClient: facts.number('closed-by-client') ?? 0,
    longestGapMs: facts.number('longest-gap') ?? 0,
    downtimeMs: facts.number('downtime') ?? 0,
    byOld: served(facts, 'old'),
    byNew: served(facts, 'new'),
    own: { requests: facts.number('own-requests') ?? 0, failed: facts.number('own-failed') ?? 0 },
  };
}

const served = (facts: Facts, who: 'old' | 'new'): ServedCount => ({
  requests: facts.number(`${who}-requests`) ?? 0,
  failed: facts.number(`${who}-failed`) ?? 0,
  closedByClient: facts.number(`${who}-closed`) ?? 0,
});
