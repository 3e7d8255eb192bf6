import { formatMs } from './format.ts';
import { iconOf } from './headline.ts';
import type { HostReport } from './host-report.ts';
import { asText, code } from './markdown.ts';

/** One row a host, under a line that says how many went well. */
export function overview(app: string, reports: readonly HostReport[]): string {
  const failed = reports.filter(({ failure }) => failure !== undefined).length;
  const said =
    failed === 0
      ? `✅ ${asText(app)}: all ${reports.length} hosts are well`
      : `❌ ${asText(app)}: ${failed} of ${reports.length} hosts failed`;
  const rows = reports.map(report => {
    const { traffic, liveColor, livePort } = report;
    const cells = [
      `${iconOf(report)} ${report.failure?.reason ?? report.outcome}`,
      code(report.host),
      report.release === undefined ? '' : `${code(report.release)} (${liveColor}, port ${livePort})`,
      traffic === undefined ? '' : traffic.requests.toLocaleString('en-US'),
      traffic === undefined ? '' : String(traffic.failed),
      formatMs(report.durationMs),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head = [
    '| Outcome | Host | Live | Requests | Failed | Time |',
    '| :-- | :-- | :-- | --: | --: | --: |',
  ];
  return [`## ${said}`, '', ...head, ...rows, ''].join('\n');
}
