import { formatBytes, formatMs } from './format.ts';
import type { Drain, HostReport } from './host-report.ts';
import { trafficTable } from './traffic.ts';
import { describeWarmUp } from './warm-up.ts';

/** The numbers behind the first line, for whoever wants to know; empty where there are none. */
export function details(report: HostReport): string {
  const { traffic, warmUp, drain, healthyAfterMs } = report;
  const rows: readonly (readonly [string, string])[] = [
    ['Sent', report.outcome === 'deployed' ? describeSent(report) : ''],
    ['Healthy after', healthyAfterMs === undefined ? '' : formatMs(healthyAfterMs)],
    ['Warm-up', warmUp === undefined ? '' : describeWarmUp(warmUp)],
    ['Drain', drain === undefined ? '' : describeDrain(drain)],
  ];
  const known = rows.flatMap(([name, value]) => (value === '' ? [] : [`| ${name} | ${value} |`]));
  const [first, ...others] = known;
  return [
    first === undefined ? '' : [first, '| :-- | :-- |', ...others].join('\n'),
    traffic === undefined || traffic.requests === 0 ? '' : trafficTable(traffic),
  ]
    .filter(Boolean)
    .join('\n\n');
}

const describeSent = ({ uploadedBytes, transfer }: HostReport): string =>
  `${formatBytes(uploadedBytes)}${transfer === undefined ? '' : ` in ${formatMs(transfer.ms)}`}`;

function describeDrain({ ms, open, cut, cutWebSockets }: Drain): string {
  if (open === 0) return `${formatMs(ms)}, nothing was left open`;
  const sockets = cutWebSockets === 0 ? '' : `, ${cutWebSockets} of them WebSockets`;
  return `${formatMs(ms)}, then ${open} connections still open; ${cut} were cut${sockets}`;
}
