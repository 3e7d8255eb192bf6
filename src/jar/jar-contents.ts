import type { ClassList } from './class-list.ts';
import { readLibraryName } from './library-name.ts';

/** One file that a jar has, by its CRC-32 and its size unpacked, so that another file of the same name is seen. */
export interface ContainedFile {
  readonly name: string;
  readonly crc: number;
  readonly bytes: number;
}

/** What a jar contains as far as it matters between two releases; undefined where it is not known. */
export interface JarContents {
  readonly springBoot: string | undefined;
  /** Java that built it, as its manifest says. */
  readonly buildJdk: string | undefined;
  /** By their file names. */
  readonly libraries: readonly ContainedFile[] | undefined;
  /** The application's own. */
  readonly classes: ClassList;
  /** Migrations and application*.yml, by their paths among the classes. */
  readonly resources: readonly ContainedFile[] | undefined;
}

/** Where libraries lie, in a jar and in a war. */
const libraryPath = /^(?:BOOT-INF|WEB-INF)\/lib(?:-provided)?\/([^/]+\.jar)$/;
const classesFolder = /^(?:BOOT-INF|WEB-INF)\/classes\//;

/** Sorts the entries of a jar's directory into what it contains; takes its manifest. */
export function contentsOf(
  entries: readonly ContainedFile[],
  manifest: ReadonlyMap<string, string>,
): JarContents {
  const libraries = entries.flatMap(entry => {
    const file = libraryPath.exec(entry.name)?.[1];
    return file === undefined ? [] : [{ ...entry, name: file }];
  });
  const own = ownFiles(entries);
  return {
    springBoot: manifest.get('Spring-Boot-Version') ?? versionOf(libraries, 'spring-boot'),
    buildJdk: manifest.get('Build-Jdk-Spec'),
    libraries,
    classes: { kind: 'classes', classes: own.filter(({ name }) => isClass(name)) },
    resources: own.filter(({ name }) => isMigration(name) || isSettings(name)),
  };
}

/** What the application's build put beside the libraries; in a plain jar that is everything but META-INF. */
const ownFiles = (entries: readonly ContainedFile[]): readonly ContainedFile[] =>
  entries.some(({ name }) => /^(BOOT|WEB)-INF\//.test(name))
    ? entries
        .filter(({ name }) => classesFolder.test(name))
        .map(entry => ({ ...entry, name: entry.name.replace(classesFolder, '') }))
    : entries.filter(({ name }) => !name.startsWith('META-INF/'));

/** The version of a library by its artifact's name; undefined where it is not there. */
export const versionOf = (libraries: readonly ContainedFile[], artifact: string): string | undefined =>
  libraries.map(({ name }) => readLibraryName(name)).find(one => one.artifact === artifact)?.version;

const isClass = (name: string): boolean => name.endsWith('.class');

/** Whether a path is a migration of Flyway or a changelog of Liquibase. */
export const isMigration = (path: string): boolean =>
  /(^|\/)db\/(migrations?|changelogs?)\/.*[^/]$/.test(path) ||
  /(^|\/)([VUB]\d[\d._]*|R)__[^/]+\.sql$/.test(path) ||
  /(^|\/)[^/]*changelog[^/]*\.(xml|ya?ml|json|sql)$/i.test(path);

/** Whether a path is a file of Spring's settings. */
export const isSettings = (path: string): boolean =>
  /^(config\/)?(application|bootstrap)(-[^/]*)?\.(ya?ml|properties|xml)$/.test(path);
