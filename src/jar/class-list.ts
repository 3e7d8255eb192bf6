import { crc32 } from 'node:zlib';
import type { ContainedFile } from './jar-contents.ts';

/** A package by the number of its classes and a checksum over them. */
export interface PackageSum {
  readonly name: string;
  readonly classes: number;
  readonly crc: number;
}

/** The classes of an application: each one, or where they are too many to be kept only their packages. */
export type ClassList =
  | { readonly kind: 'classes'; readonly classes: readonly ContainedClass[] }
  | { readonly kind: 'packages'; readonly packages: readonly PackageSum[] }
  | { readonly kind: 'unknown' };

/** A class file by its path. */
export type ContainedClass = Pick<ContainedFile, 'name' | 'crc'>;

/** The name of a class file's package, with dots; empty for the unnamed one. */
export const packageOf = (path: string): string =>
  path.slice(0, Math.max(0, path.lastIndexOf('/'))).replaceAll('/', '.');

/** The name of a class file in its package. */
export const simpleName = (path: string): string =>
  path.slice(path.lastIndexOf('/') + 1).replace(/\.class$/, '');

/** The classes of each package, both in the order of their names. */
export function byPackage(
  classes: readonly ContainedClass[],
): ReadonlyMap<string, readonly ContainedClass[]> {
  return Map.groupBy(
    classes.toSorted((one, other) => compareNames(one.name, other.name)),
    ({ name }) => packageOf(name),
  );
}

/** Each package in one number, the same for the same classes in whatever order. */
export const sumPackages = (classes: readonly ContainedClass[]): readonly PackageSum[] =>
  [...byPackage(classes)].map(([name, members]) => ({
    name,
    classes: members.length,
    crc: crc32(members.map(one => `${simpleName(one.name)}\0${one.crc}\n`).join('')),
  }));

/** The same order in every locale. */
export const compareNames = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
