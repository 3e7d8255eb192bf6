import type { JarContents } from './jar-contents.ts';
import type { JarDiff } from './jar-diff.ts';
import { readLibraryName } from './library-name.ts';

/** Libraries that change what both releases share while both run, and what is to be thought of. */
const sharing: readonly (readonly [artifact: string, note: string])[] = [
  [
    'flyway-core',
    'Flyway migrates the database when the new release starts, while the live one still works with it: each migration must leave what the live release needs (columns are added before they are used, and removed a release later).',
  ],
  [
    'liquibase-core',
    'Liquibase changes the database when the new release starts, while the live one still works with it: each change must leave what the live release needs (columns are added before they are used, and removed a release later).',
  ],
  [
    'quartz',
    'Quartz runs in both releases from the start of the new one to the end of the drain: without a clustered job store (org.quartz.jobStore.isClustered) each job runs twice meanwhile.',
  ],
];

/** What to think of because both releases run at once for a while, one sentence for each such library in the jar. */
export function findSharedState({ libraries }: JarContents): readonly string[] {
  const artifacts = new Set(libraries?.map(({ name }) => readLibraryName(name).artifact));
  return sharing.flatMap(([artifact, note]) => (artifacts.has(artifact) ? [note] : []));
}

/** Most names that a sentence tells. */
const mostNames = 5;

/**
 * What to think of because migrations that the live release has were changed or are gone, in a sentence; none where all
 * are as they were.
 */
export function findChangedMigrations({ migrations }: JarDiff): readonly string[] {
  const names = [...(migrations?.changed ?? []), ...(migrations?.removed ?? [])];
  if (names.length === 0) return [];
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return [
    `Migrations that the live release has were changed or removed (${names.slice(0, mostNames).join(', ')}${more}): what has run on the database is not run again, and Flyway refuses to start over another checksum of a versioned one.`,
  ];
}
