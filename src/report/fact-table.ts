import { formatMs } from './format.ts';
import type { HostReport, ReleaseOrigin } from './host-report.ts';
import { asText, code, link } from './markdown.ts';
import { describeOrigin, shortRef } from './origin.ts';
import { inMarkdown } from './voice.ts';

/** What is to be looked up about a command on one host: releases with their commits, host, stages with their times. */
export function factTable(report: HostReport): string {
  const { release, attempted, previousRelease, liveColor, livePort } = report;
  const isAttemptLive = attempted === undefined || attempted.release === release;
  const rows: readonly (readonly [string, string])[] = [
    [
      'Live',
      release === undefined
        ? ''
        : row(code(release), `${liveColor}, port ${livePort}`, ...pagesOf(report.origin)),
    ],
    [
      report.outcome === 'rolled-back' ? 'Left' : 'Before',
      previousRelease === undefined ? '' : row(code(previousRelease), ...pagesOf(report.previousOrigin)),
    ],
    ['Attempted', isAttemptLive ? '' : row(code(attempted.release ?? ''), ...pagesOf(attempted.origin))],
    ['Host', row(code(report.host), code(report.instanceId ?? ''), site(report.url ?? ''))],
    [
      'Time',
      row(
        `**${formatMs(report.durationMs)}**`,
        ...report.stages.map(({ stage, ms }) => `${stage} ${formatMs(ms)}`),
      ),
    ],
  ];
  const [first, ...others] = rows.flatMap(([name, value]) =>
    value === '' ? [] : [`| ${name} | ${value} |`],
  );
  return [first, '| :-- | :-- |', ...others].join('\n');
}

const row = (...parts: readonly string[]): string => parts.filter(Boolean).join(' · ');

function pagesOf(origin: ReleaseOrigin | undefined): readonly string[] {
  if (origin === undefined) return [];
  const run = origin.runUrl === '' ? '' : link(`run ${origin.runUrl.split('/').at(-1) ?? ''}`, origin.runUrl);
  return [describeOrigin(origin, inMarkdown), origin.ref === '' ? '' : code(shortRef(origin.ref)), run];
}

/** The site's own address, which GitHub makes into a link; another text is a text. */
const site = (url: string): string => (/^https?:\/\/[A-Za-z0-9.:-]+$/.test(url) ? url : asText(url));
