import { formatMs } from './format.ts';
import type { HostReport, ServedCount, TrafficCount } from './host-report.ts';

/** One sentence on what clients saw. */
export function describeCount(
  count: TrafficCount,
  report: Pick<HostReport, 'reloads' | 'tcpResets'>,
): string {
  const isReloaded = report.reloads > 0;
  const seen = count.requests === 0 ? withoutTraffic(count) : withTraffic(count, isReloaded);
  return isReloaded ? `${seen} ${describeResets(report.tcpResets)}` : seen;
}

/** What a reload may have broken, which nginx's log cannot see: it has no line for a request it resets. */
function describeResets(tcpResets: number | undefined): string {
  const unseen = 'nginx was reloaded, and its log has no line for a request that a reload resets:';
  if (tcpResets === undefined)
    return `${unseen} how many there were is not known, since the host's TCP resets could not be counted.`;
  if (tcpResets === 0) return `${unseen} none was reset, since the host sent no TCP reset meanwhile.`;
  const lost = tcpResets === 1 ? '1 more request' : `${inThousands(tcpResets)} more requests`;
  return `${unseen} at most ${lost} may be lost, the number of TCP resets that the host sent meanwhile, those for other reasons included.`;
}

/** Who answered, and what became of it: one row a release. */
export function trafficTable(count: TrafficCount): string {
  const row = (name: string, { requests, failed, closedByClient }: ServedCount): string =>
    `| ${name} | ${inThousands(requests)} | ${failed} | ${closedByClient} |`;
  return [
    '| Answered by | Requests | Failed (5xx) | Closed by the client (499) |',
    '| --- | ---: | ---: | ---: |',
    row('previous release', count.byOld),
    row('new release', count.byNew),
  ].join('\n');
}

function withTraffic(count: TrafficCount, isReloaded: boolean): string {
  const closed = count.closedByClient > 0 ? `, ${count.closedByClient} closed by their clients` : '';
  return `${inThousands(count.requests)} requests${isReloaded ? ' in the log' : ''} during the switch, ${count.failed}${isReloaded ? ' of them' : ''} failed${closed}, longest gap between two successes ${formatMs(count.longestGapMs)}.`;
}

function withoutTraffic({ own }: TrafficCount): string {
  const none = 'There was no traffic during the switch, so nothing can be said of lost requests.';
  return own.requests === 0
    ? none
    : `${none} Of the action's own ${own.requests} requests through the front door ${own.failed} failed.`;
}

const inThousands = (count: number): string => count.toLocaleString('en-US');
