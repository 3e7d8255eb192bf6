import { describeBake } from './bake.ts';
import { details } from './details.ts';
import { factTable } from './fact-table.ts';
import { gantt } from './gantt.ts';
import { headline } from './headline.ts';
import type { HostFailure, HostReport } from './host-report.ts';
import { asText, code, fence, fold, link, list } from './markdown.ts';
import { overview } from './overview.ts';
import { planMarkdown } from './plan-markdown.ts';
import { setupMarkdown } from './setup-markdown.ts';
import { statusMarkdown } from './status-markdown.ts';
import { describeCount } from './traffic.ts';
import { inMarkdown } from './voice.ts';

/**
 * The job summary in Markdown, of each host: outcome and traffic in the first line, then what is to be done, the table,
 * details folded, the timeline. Several hosts have a table of all of them before.
 */
export function summarize(app: string, reports: readonly HostReport[]): string {
  const all = reports.map(report => summarizeHost(app, report));
  return reports.length > 1 ? [overview(app, reports), ...all].join('\n') : all.join('\n');
}

function summarizeHost(app: string, report: HostReport): string {
  const { failure, plan, traffic, bake, findings, reloadAdvice, stages, besides } = report;
  if (plan !== undefined && failure === undefined) return planMarkdown(app, report, plan);
  const numbers = details(report);
  const parts = [
    `### ${headline(app, report, inMarkdown)}`,
    ...(failure === undefined ? [] : explain(failure)),
    ...(findings.length > 0 ? [`**Noticed**\n\n${list(findings)}`] : []),
    ...(report.status === undefined ? [] : [statusMarkdown(report.status)]),
    ...(report.setup === undefined ? [] : [setupMarkdown(report.setup)]),
    ...wayBack(report),
    factTable(report),
    ...(traffic === undefined ? [] : [describeCount(traffic, report)]),
    ...(bake === undefined ? [] : [`Watched after the switch: ${describeBake(bake)}`]),
    ...(failure?.evidence ?? []).map(({ title, lines }) => fold(title, fence(lines))),
    ...(numbers === '' ? [] : [fold('Numbers', numbers)]),
    ...(reloadAdvice.length > 0 ? [fold('What a reload of this nginx loses', list(reloadAdvice))] : []),
    ...(stages.length > 0 ? [gantt(stages, besides, failure?.stage)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function explain({ stage, reason, message, remedy, cause = [] }: HostFailure): readonly string[] {
  return [
    `**${stage} failed (${reason}):** ${asText(message)}`,
    ...(cause.length === 0 ? [] : ['Its log says:', fence(cause)]),
    `**What to do:** ${asText(remedy)}`,
  ];
}

/** Of a rollback: how the release that was left is deployed again. */
function wayBack({
  outcome,
  previousRelease,
  previousOrigin,
  rollbackReason,
}: HostReport): readonly string[] {
  if (outcome !== 'rolled-back' || previousRelease === undefined) return [];
  const run = previousOrigin?.runUrl.split('/').at(-1) ?? '';
  const how =
    run === '' ? 'deploy its commit' : `start ${link(`run ${run}`, previousOrigin?.runUrl ?? '')} again`;
  return [
    `${code(previousRelease)} was left${rollbackReason === undefined ? '' : ` (${asText(rollbackReason)})`}, and a rollback does not go back to it unless it is named. To deploy it on purpose, ${how}.`,
  ];
}
