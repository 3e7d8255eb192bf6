import { compareNames } from './class-list.ts';
import type { FileChanges } from './jar-diff.ts';

/** Compares two sets of names with a checksum each; each list in the order of the names. */
export function compareSums(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): FileChanges {
  const names = [...after.keys()].toSorted(compareNames);
  return {
    added: names.filter(name => !before.has(name)),
    removed: [...before.keys()].filter(name => !after.has(name)).toSorted(compareNames),
    changed: names.filter(name => before.has(name) && before.get(name) !== after.get(name)),
  };
}
