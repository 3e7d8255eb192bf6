import { formatBytes, formatMs } from './format.ts';
import type { HostReport } from './host-report.ts';
import { asText, code, link, list } from './markdown.ts';
import { describeOrigin, shortRef } from './origin.ts';
import type { LiveRelease, NextRelease, Plan } from './plan.ts';
import { planSections } from './plan-sections.ts';
import { inMarkdown } from './voice.ts';

/**
 * A plan in Markdown, for the job summary and for the pull request's comment alike: what would happen in the first
 * line, then both releases side by side, what stands against it in sight, all else folded.
 */
export function planMarkdown(app: string, report: HostReport, plan: Plan): string {
  const parts = [
    `### ${planHeadline(app, report, plan)}`,
    ...obstacles(plan),
    releaseTable(plan),
    expectation(plan),
    ...warnings('🧳 What setup would take over', plan.tutorial),
    ...warnings('⚠️ The host is not as a deploy left it', plan.drift),
    ...warnings('💡 To think of before', plan.findings),
    ...warnings('❔ Not planned', plan.missing),
    ...planSections(plan),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function planHeadline(app: string, { host }: HostReport, plan: Plan): string {
  const { live, next } = plan;
  const where = `${asText(app)} on ${code(host)}`;
  const reasons = [...new Set(plan.obstacles.map(({ reason }) => reason))];
  if (reasons.length > 0) return `⛔ ${where}: a deploy would be refused (${reasons.join(', ')})`;
  if (plan.isUnchanged)
    return `✅ ${where}: nothing would change, ${code(live?.release ?? '')} is this jar with these settings`;
  const what = next.jar === undefined ? 'the next jar' : `jar ${code(next.jar.sha256.slice(0, 8))}`;
  const place = `on ${next.color} (port ${next.port})`;
  return live === undefined
    ? `📋 ${where}: ${what} would be the first release, ${place}`
    : `📋 ${where}: ${what} would replace ${code(live.release || live.adopted)}, ${place}`;
}

/** Both releases side by side; a row that says nothing of either is left out. */
function releaseTable(plan: Plan): string {
  const { live, next, jar } = plan;
  const bytes = (count: number | undefined): string => (count === undefined ? '' : formatBytes(count));
  const rows: readonly (readonly [string, string, string])[] = [
    [
      'Release',
      code(live?.release || (live?.adopted ?? '')),
      next.jar === undefined ? '' : code(`…-${next.jar.sha256.slice(0, 8)}`),
    ],
    ['Commit', live === undefined ? '' : liveCommit(live), nextCommit(next, plan.repositoryUrl)],
    ['Deployed', live === undefined ? '' : deployedAt(live), ''],
    [
      'Color',
      live === undefined ? '' : `${live.color} (${live.port})${proven(live)}`,
      `${next.color} (${next.port})`,
    ],
    ['Spring Boot', code(jar?.springBoot.before ?? ''), code(jar?.springBoot.after ?? '')],
    ['Java', String(jar?.java.before ?? ''), String(jar?.java.after ?? '')],
    ['Jar', bytes(jar?.bytes.before), bytes(next.jar?.bytes)],
  ];
  return [
    '|   | Live now | Would be |',
    '| :-- | :-- | :-- |',
    ...rows.flatMap(([name, before, after]) =>
      before + after === '' ? [] : [`| ${name} | ${before || '–'} | ${after || '–'} |`],
    ),
  ].join('\n');
}

const proven = ({ proof }: LiveRelease): string => (proof === '' ? '' : `, ${asText(proof)}`);

const liveCommit = (live: LiveRelease): string =>
  [describeOrigin({ ...live, actor: '' }, inMarkdown).replace(/^commit /, ''), code(shortRef(live.ref))]
    .filter(Boolean)
    .join(' on ');

const nextCommit = ({ commit, ref }: NextRelease, repositoryUrl: string): string =>
  [commit === '' ? '' : link(commit.slice(0, 7), `${repositoryUrl}/commit/${commit}`), code(shortRef(ref))]
    .filter(Boolean)
    .join(' on ');

function deployedAt({ at, actor, runUrl }: LiveRelease): string {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.exec(at)?.[0].replace('T', ' ');
  return [
    time === undefined ? asText(at) : `${time} UTC`,
    actor === '' ? '' : `by ${code(actor)}`,
    runUrl === '' ? '' : `in ${link(`run ${runUrl.split('/').at(-1) ?? ''}`, runUrl)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** How long it would take, what would be sent, and whose host this is. */
function expectation({ duration, next, how, isUnchanged }: Plan): string {
  const time =
    duration === undefined
      ? ''
      : `Takes about **${formatMs(duration.medianMs)}** (median of ${duration.deploys} ${duration.deploys === 1 ? 'deploy' : 'deploys'} here)`;
  const sent =
    next.uploadBytes === undefined
      ? ''
      : next.uploadBytes > 0
        ? `Sends **${formatBytes(next.uploadBytes)}**`
        : `Sends no jar${next.jarAt === '' ? '' : `, the host has it in ${code(next.jarAt)}`}`;
  const found = how === '' ? '' : `Host found ${asText(how)}`;
  return [...(isUnchanged ? [] : [time, sent]), found].filter(Boolean).join(' · ');
}

const obstacles = ({ obstacles: all }: Plan): readonly string[] =>
  all.length === 0
    ? []
    : [
        `**⛔ Why a deploy would be refused**\n\n${all
          .map(one => `- **${one.reason}**: ${asText(one.message)}<br>What to do: ${asText(one.remedy)}`)
          .join('\n')}`,
      ];

const warnings = (title: string, texts: readonly string[]): readonly string[] =>
  texts.length === 0 ? [] : [`**${title}**\n\n${list(texts)}`];
