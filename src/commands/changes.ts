import { createHash } from 'node:crypto';
import { structuredPatch } from 'diff';
import type { EnvironmentEntry } from '../config/launch.ts';
import type { Plan } from '../report/plan.ts';

/**
 * How an environment would change, by its keys. `live` has a digest of the salt and the value for each key: values are
 * compared and never sent or shown.
 */
export function compareEnvironment(
  live: ReadonlyMap<string, string>,
  next: readonly EnvironmentEntry[],
  salt: string,
): Plan['environment'] {
  const digests = new Map(next.map(({ key, value }) => [key, digestOf(salt, value)]));
  const keys = [...digests.keys()];
  return {
    added: keys.filter(key => !live.has(key)),
    removed: [...live.keys()].filter(key => !digests.has(key)),
    changed: keys.filter(key => live.has(key) && live.get(key) !== digests.get(key)),
  };
}

const digestOf = (salt: string, value: string): string =>
  createHash('sha256').update(`${salt}${value}`).digest('hex');

/** Lines of a unified diff of two texts, without its file lines; none where they are the same. */
export const compareLines = (live: readonly string[], next: readonly string[]): readonly string[] =>
  structuredPatch('', '', withEnd(live), withEnd(next), '', '', { context: 3 }).hunks.flatMap(
    ({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
      ...lines,
    ],
  );

const withEnd = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');
