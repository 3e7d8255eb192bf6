import type { HistoryEntry } from '../report/history-entry.ts';

/** Reads lines of a host's history, oldest first, as they are there. What is no entry is passed over. Never fails. */
export const readHistory = (lines: readonly string[]): readonly HistoryEntry[] =>
  lines.flatMap(line => {
    const fields = readFields(line);
    return fields === undefined ? [] : [entryOf(fields)];
  });

type Fields = Readonly<Record<string, unknown>>;

function readFields(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}

function entryOf(fields: Fields): HistoryEntry {
  const text = (key: string): string => {
    const value = fields[key];
    return typeof value === 'string' ? value : '';
  };
  const number = (key: string): number | undefined => {
    const value = fields[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  };
  return {
    at: text('at'),
    command: text('command') || 'deploy',
    outcome: text('outcome'),
    reason: text('reason'),
    stage: text('stage'),
    release: text('release'),
    previousRelease: text('previousRelease'),
    durationMs: number('durationMs'),
    requests: number('requests'),
    failedRequests: number('failedRequests'),
    downtimeMs: number('downtimeMs'),
    rollbackReason: text('rollbackReason'),
    ref: text('ref'),
    commit: text('commit'),
    actor: text('actor') || text('holder'),
    runUrl: text('runUrl'),
  };
}

/** So many of the last successful deploys say how long the next one takes. */
const mostDeploys = 20;

/** How long the last successful deploys took; undefined when none is known. */
export function expectDuration(
  history: readonly HistoryEntry[],
): { readonly medianMs: number; readonly deploys: number } | undefined {
  const times = history
    .filter(({ command, outcome }) => command === 'deploy' && outcome === 'deployed')
    .flatMap(({ durationMs }) => durationMs ?? [])
    .slice(-mostDeploys)
    .toSorted((one, other) => one - other);
  const half = Math.floor(times.length / 2);
  const [middle = 0] = times.slice(half);
  const [below = middle] = times.length % 2 === 0 ? times.slice(half - 1) : [];
  return times.length === 0
    ? undefined
    : { medianMs: Math.round((below + middle) / 2), deploys: times.length };
}
