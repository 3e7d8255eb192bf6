import type { Evidence } from '../failure.ts';
import { describeBake } from './bake.ts';
import { formatBytes, formatMs } from './format.ts';
import type { Drain, HostReport } from './host-report.ts';
import { asText, code, fence, fold, list } from './markdown.ts';
import type { StageTime } from './timeline.ts';
import { describeCount, trafficTable } from './traffic.ts';
import { describeWarmUp } from './warm-up.ts';

/** The job summary in Markdown: outcome and traffic first, then the table, details folded, the timeline. */
export function summarize(app: string, reports: readonly HostReport[]): string {
  return reports.map(report => summarizeHost(app, report)).join('\n');
}

function summarizeHost(app: string, report: HostReport): string {
  const parts = [headline(asText(app), report)];
  if (report.failure !== undefined) {
    parts.push(
      `**${asText(report.failure.traffic)}**`,
      asText(report.failure.message),
      ...quote(report.failure.cause ?? []),
      `What to do: ${asText(report.failure.remedy)}`,
    );
  }
  if (report.traffic !== undefined) parts.push(describeCount(report.traffic, report));
  if (report.bake !== undefined) parts.push(`Watched after the switch: ${describeBake(report.bake)}`);
  if (report.traffic !== undefined && report.traffic.requests > 0) parts.push(trafficTable(report.traffic));
  if (report.stages.length > 0) parts.push(stageTable(report.stages));
  parts.push(factTable(report));
  if (report.findings.length > 0) parts.push(`**Noticed**\n\n${list(report.findings)}`);
  if (report.reloadAdvice.length > 0)
    parts.push(`**What a reload of this nginx loses**\n\n${list(report.reloadAdvice)}`);
  for (const one of report.failure?.evidence ?? []) parts.push(foldEvidence(one));
  if (report.stages.length > 0) parts.push(mermaid(report.stages));
  return `${parts.join('\n\n')}\n`;
}

function headline(app: string, report: HostReport): string {
  const where = report.host === '' ? '' : ` on ${code(report.host)}`;
  const live =
    report.release === undefined
      ? ''
      : ` ${code(report.release)} is live (${report.liveColor}, port ${report.livePort}).`;
  switch (report.outcome) {
    case 'deployed':
      return `### ✅ ${app} deployed${where}:${live}`;
    case 'rolled-back':
      return `### ✅ ${app} rolled back${where}:${live}`;
    case 'planned':
      return `### 📋 ${app} planned${where}`;
    case 'unchanged':
      return `### ✅ ${app} unchanged${where}:${live}`;
    case 'reverted':
      return `### ❌ ${app}: the switch was taken back${where} (${report.failure?.reason}).${live}`;
    case 'refused':
    case 'failed':
      return `### ❌ ${app} not deployed${where}: ${report.failure?.stage} failed (${report.failure?.reason})`;
  }
}

function stageTable(stages: readonly StageTime[]): string {
  const rows = stages.map(({ stage, ms }) => `| ${stage} | ${formatMs(ms)} |`);
  return ['| Stage | Time |', '| --- | ---: |', ...rows].join('\n');
}

function factTable(report: HostReport): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Previous release', report.previousRelease === undefined ? '' : code(report.previousRelease)],
    ['Instance', report.instanceId === undefined ? '' : code(report.instanceId)],
    ['Sent', report.outcome === 'deployed' ? formatBytes(report.uploadedBytes) : ''],
    ['Healthy after', report.healthyAfterMs === undefined ? '' : formatMs(report.healthyAfterMs)],
    ['Warm-up', report.warmUp === undefined ? '' : describeWarmUp(report.warmUp)],
    ['Drain', report.drain === undefined ? '' : describeDrain(report.drain)],
    ['Whole command', formatMs(report.durationMs)],
  ];
  return [
    '| | |',
    '| --- | --- |',
    ...rows.flatMap(([name, value]) => (value === '' ? [] : [`| ${name} | ${value} |`])),
  ].join('\n');
}

function describeDrain({ ms, open, cut, cutWebSockets }: Drain): string {
  if (open === 0) return `${formatMs(ms)}, nothing was left open`;
  const sockets = cutWebSockets === 0 ? '' : `, ${cutWebSockets} of them WebSockets`;
  return `${formatMs(ms)}, then ${open} connections still open; ${cut} were cut${sockets}`;
}

/** What the app's log says of it, in sight. */
const quote = (cause: readonly string[]): readonly string[] =>
  cause.length === 0 ? [] : ['Its log says:', fence(cause)];

const foldEvidence = ({ title, lines }: Evidence): string => fold(title, fence(lines));

/** More would run into each other on a phone. */
const mostTicks = 5;

function mermaid(stages: readonly StageTime[]): string {
  const bars = stages.map(
    ({ stage, startMs, ms }) => `    ${stage} (${formatMs(ms)}) : ${startMs}, ${startMs + Math.max(ms, 1)}`,
  );
  const endMs = Math.max(...stages.map(({ startMs, ms }) => startMs + ms));
  const ticks = `    tickInterval ${Math.max(1, Math.ceil(endMs / 1000 / mostTicks))}second`;
  return ['```mermaid', 'gantt', '    dateFormat x', '    axisFormat %M:%S', ticks, ...bars, '```'].join(
    '\n',
  );
}
