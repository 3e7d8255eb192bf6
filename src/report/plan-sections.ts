import type { ClassChanges, FileChanges, LibraryChange } from '../jar/jar-diff.ts';
import { asText, code, fence, fold, link } from './markdown.ts';
import type { Plan } from './plan.ts';

/** A part of what changes: named in a few words, told whole when it is unfolded. */
interface Section {
  readonly title: string;
  readonly brief: string;
  readonly content: string;
}

/** What changes, each part folded. */
export const planSections = (plan: Plan): readonly string[] =>
  sectionsOf(plan).map(({ title, brief, content }) => fold(`${title}: ${brief}`, content));

function sectionsOf(plan: Plan): readonly Section[] {
  const { jar, environment, launch, unit, nginx } = plan;
  return [
    ...libraries(jar?.libraries ?? [], jar?.sameLibraries ?? 0),
    ...(jar === undefined ? [] : classes(jar.classes)),
    ...files('Migrations', jar?.migrations),
    ...files('Settings files', jar?.settings),
    ...files('Environment keys', environment),
    ...diff('Launch options', launch),
    ...diff('Unit', unit),
    ...diff('nginx', nginx),
    ...commits(plan),
  ];
}

/** More rows would make a comment longer than GitHub takes. */
const mostRows = 150;

const rowsOf = <T>(all: readonly T[], rowOf: (one: T) => string): string => {
  const left = all.length - mostRows;
  return [...all.slice(0, mostRows).map(rowOf), ...(left > 0 ? [`\n… and ${left} more`] : [])].join('\n');
};

const signs = { downgraded: '⬇️', removed: '➖', added: '➕', upgraded: '⬆️', changed: '🔁' };
/** What a reviewer looks at first comes first. */
const kinds = ['downgraded', 'removed', 'added', 'upgraded', 'changed'] as const;

function libraries(all: readonly LibraryChange[], same: number): readonly Section[] {
  if (all.length === 0) return [];
  const sorted = kinds.flatMap(kind => all.filter(one => one.kind === kind));
  const counts = kinds.map(kind => [sorted.filter(one => one.kind === kind).length, kind] as const);
  const rows = rowsOf(
    sorted,
    one => `| ${code(one.artifact)} | ${signs[one.kind]} ${one.kind} ${versionsOf(one)} |`,
  );
  return [
    {
      title: 'Libraries',
      brief: `${counted(...counts)} (${same} as they are)`,
      content: `| Library | Change |\n| :-- | :-- |\n${rows}`,
    },
  ];
}

function versionsOf(change: LibraryChange): string {
  if (!('from' in change)) return code(change.version ?? '');
  const [from, to] = [code(change.from ?? ''), code(change.to ?? '')];
  return from === to ? `${from} with other content` : `${from} → ${to}`;
}

function classes(changes: ClassChanges): readonly Section[] {
  if (changes.kind === 'unknown') return [];
  if (changes.kind === 'packages') return files('Packages', changes);
  const { counts, packages } = changes;
  const brief = counted([counts.added, 'added'], [counts.removed, 'removed'], [counts.changed, 'changed']);
  if (brief === '') return [];
  const rows = rowsOf(
    packages,
    ({ name, added, removed, changed }) =>
      `| ${code(name) || '(unnamed)'} | ${counted([added, 'added'], [removed, 'removed'], [changed, 'changed'])} |`,
  );
  return [{ title: 'Classes', brief, content: `| Package | Classes |\n| :-- | :-- |\n${rows}` }];
}

function files(title: string, changes: FileChanges | undefined): readonly Section[] {
  if (changes === undefined) return [];
  const { added, removed, changed } = changes;
  const brief = counted([added.length, 'added'], [removed.length, 'removed'], [changed.length, 'changed']);
  if (brief === '') return [];
  const rows = [
    ...added.map(one => `- ➕ ${code(one)}`),
    ...removed.map(one => `- ➖ ${code(one)}`),
    ...changed.map(one => `- 🔁 ${code(one)}`),
  ];
  return [{ title, brief, content: rowsOf(rows, row => row) }];
}

function diff(title: string, lines: readonly string[]): readonly Section[] {
  if (lines.length === 0) return [];
  const left = lines.length - mostRows;
  const shown = [...lines.slice(0, mostRows), ...(left > 0 ? [`… and ${left} more lines`] : [])];
  return [{ title, brief: 'changed', content: fence(shown, 'diff') }];
}

function commits({ commits: found, repositoryUrl }: Plan): readonly Section[] {
  if (found === undefined || found.total === 0) return [];
  const left = found.total - found.shown.length;
  const rows = found.shown.map(
    ({ commit, subject }) =>
      `- ${link(commit.slice(0, 7), `${repositoryUrl}/commit/${commit}`)} ${asText(subject)}`,
  );
  return [
    {
      title: 'Commits since the live release',
      brief: String(found.total),
      content: [...rows, ...(left > 0 ? [`- … and ${left} more`] : [])].join('\n'),
    },
  ];
}

/** `2 added, 1 changed`. */
const counted = (...counts: readonly (readonly [number, string])[]): string =>
  counts
    .flatMap(([count, what]) => (count === 0 ? [] : [`${count.toLocaleString('en-US')} ${what}`]))
    .join(', ');
