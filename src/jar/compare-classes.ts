import {
  type ClassList,
  compareNames,
  type PackageSum,
  packageOf,
  simpleName,
  sumPackages,
} from './class-list.ts';
import { compareSums } from './compare-sums.ts';
import type { ClassChanges, FileChanges, PackageChange } from './jar-diff.ts';

/** Compares the application's classes, as closely as both sides are known. */
export function compareClasses(before: ClassList, after: ClassList): ClassChanges {
  if (before.kind === 'unknown' || after.kind === 'unknown') return { kind: 'unknown' };
  if (before.kind === 'packages' || after.kind === 'packages')
    return { kind: 'packages', ...compareSums(packageSums(before), packageSums(after)) };
  const changes = compareSums(classSums(before), classSums(after));
  return {
    kind: 'classes',
    counts: {
      added: changes.added.length,
      removed: changes.removed.length,
      changed: changes.changed.length,
    },
    packages: countPackages(changes),
  };
}

type Known<Kind> = Extract<ClassList, { kind: Kind }>;

/** A folder's name may have dots, and then is another package's in release.json: classes go by package and name. */
const classSums = ({ classes }: Known<'classes'>): ReadonlyMap<string, number> =>
  new Map(classes.map(({ name, crc }) => [`${packageOf(name)}/${simpleName(name)}`, crc]));

function packageSums(list: Known<'classes' | 'packages'>): ReadonlyMap<string, number> {
  const packages: readonly PackageSum[] = list.kind === 'classes' ? sumPackages(list.classes) : list.packages;
  return new Map(packages.map(({ name, crc }) => [name, crc]));
}

function countPackages(changes: FileChanges): readonly PackageChange[] {
  const counts = new Map<string, PackageChange>();
  for (const kind of ['added', 'removed', 'changed'] as const)
    for (const path of changes[kind]) {
      const name = packageOf(path);
      const count = counts.get(name) ?? { name, added: 0, removed: 0, changed: 0 };
      counts.set(name, { ...count, [kind]: count[kind] + 1 });
    }
  return [...counts.values()].toSorted((one, other) => compareNames(one.name, other.name));
}
