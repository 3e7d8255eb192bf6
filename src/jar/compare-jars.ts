import { compareClasses } from './compare-classes.ts';
import { compareLibraries } from './compare-libraries.ts';
import { compareSums } from './compare-sums.ts';
import { type ContainedFile, isMigration, isSettings, type JarContents } from './jar-contents.ts';
import type { FileChanges, JarDiff } from './jar-diff.ts';
import type { Jar } from './read-jar.ts';

/** What a comparison needs of a jar: the new one itself, or what the live one's release.json says. */
export interface ComparedJar {
  readonly bytes: number | undefined;
  readonly classVersion: Jar['classVersion'];
  readonly contents: JarContents;
}

/** Compares the live release's jar with the new one. Never fails; what one side does not tell is undefined. */
export function compareJars(live: ComparedJar, next: ComparedJar): JarDiff {
  const [before, after] = [live.contents, next.contents];
  const libraries =
    before.libraries && after.libraries && compareLibraries(before.libraries, after.libraries);
  const filesOf = (isMeant: (path: string) => boolean): FileChanges | undefined =>
    before.resources && after.resources && compareFiles(before.resources, after.resources, isMeant);
  return {
    libraries: libraries?.changes,
    sameLibraries: libraries?.same ?? 0,
    classes: compareClasses(before.classes, after.classes),
    migrations: filesOf(isMigration),
    settings: filesOf(isSettings),
    springBoot: { before: before.springBoot, after: after.springBoot },
    java: { before: javaOf(live), after: javaOf(next) },
    buildJdk: { before: before.buildJdk, after: after.buildJdk },
    bytes: { before: live.bytes, after: next.bytes },
  };
}

const javaOf = ({ classVersion }: ComparedJar): number | undefined =>
  classVersion === undefined || classVersion < 45 ? undefined : classVersion - 44;

function compareFiles(
  before: readonly ContainedFile[],
  after: readonly ContainedFile[],
  isMeant: (path: string) => boolean,
): FileChanges {
  const sumsOf = (files: readonly ContainedFile[]): ReadonlyMap<string, number> =>
    new Map(files.filter(({ name }) => isMeant(name)).map(({ name, crc }) => [name, crc]));
  return compareSums(sumsOf(before), sumsOf(after));
}
