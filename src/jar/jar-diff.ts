/** A library that is not as it was. `changed`: other bytes of the same version, or versions that have no order. */
export type LibraryChange =
  | { readonly kind: 'added' | 'removed'; readonly artifact: string; readonly version: string | undefined }
  | {
      readonly kind: 'upgraded' | 'downgraded' | 'changed';
      readonly artifact: string;
      readonly from: string | undefined;
      readonly to: string | undefined;
    };

/** How many classes came, went and changed. */
export interface ClassCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

/** The same of one package, by its name with dots; empty for the unnamed one. */
export interface PackageChange extends ClassCounts {
  readonly name: string;
}

/** The application's own classes; `packages` lists only those with a change. */
export type ClassChanges =
  | { readonly kind: 'classes'; readonly counts: ClassCounts; readonly packages: readonly PackageChange[] }
  /** One of the jars has so many classes that only their packages are known, not which class of one changed. */
  | {
      readonly kind: 'packages';
      readonly added: readonly string[];
      readonly removed: readonly string[];
      readonly changed: readonly string[];
    }
  | { readonly kind: 'unknown' };

/** Names of files, by what became of them. */
export interface FileChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** Something of the live release and of the new jar; undefined where it is not known. */
export interface BeforeAndAfter<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** What the new jar has other than the live release's. */
export interface JarDiff {
  /** In the order of their names; undefined where one side's are not known. */
  readonly libraries: readonly LibraryChange[] | undefined;
  /** How many libraries are the same in both. */
  readonly sameLibraries: number;
  readonly classes: ClassChanges;
  /** Migrations of Flyway and changelogs of Liquibase. */
  readonly migrations: FileChanges | undefined;
  /** application*.yml and its kind. */
  readonly settings: FileChanges | undefined;
  readonly springBoot: BeforeAndAfter<string>;
  /** The Java release that the app's classes need, such as 17. */
  readonly java: BeforeAndAfter<number>;
  readonly buildJdk: BeforeAndAfter<string>;
  readonly bytes: BeforeAndAfter<number>;
}
