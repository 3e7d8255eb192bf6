import {
  byPackage,
  type ClassList,
  type ContainedClass,
  type PackageSum,
  simpleName,
  sumPackages,
} from './class-list.ts';
import type { ContainedFile, JarContents } from './jar-contents.ts';

/** What a jar contains in lists of strings, as release.json keeps it; a list that would be too long is left out. */
export interface ContentsRecord {
  /** `CRC-32 bytes file`. */
  readonly libraries?: readonly string[];
  /** `package/CRC-32 name/CRC-32 name…`, without `.class`. */
  readonly classes?: readonly string[];
  /** In place of too many classes: `CRC-32 number package`. */
  readonly packages?: readonly string[];
  /** `CRC-32 bytes path`. */
  readonly resources?: readonly string[];
}

/** What each list may take in release.json, in bytes. */
const room = { libraries: 70_000, classes: 90_000, resources: 20_000 };

/** A string of a list is no longer; a longer name makes its list too long. */
const longest = 4000;

/** What release.json says of a jar's contents; from a few thousand classes on only of their packages. */
export function recordContents({ libraries, classes, resources }: JarContents): ContentsRecord {
  return {
    ...fitting('libraries', libraries?.map(inWords), room.libraries),
    ...recordClasses(classes),
    ...fitting('resources', resources?.map(inWords), room.resources),
  };
}

function recordClasses(list: ClassList): ContentsRecord {
  if (list.kind === 'unknown') return {};
  const each =
    list.kind === 'classes' ? fitting('classes', linesOfClasses(list.classes), room.classes) : undefined;
  if (each?.classes !== undefined) return each;
  const packages = list.kind === 'classes' ? sumPackages(list.classes) : list.packages;
  return fitting('packages', packages.map(inWords), room.classes);
}

const fitting = <Key extends keyof ContentsRecord>(
  key: Key,
  lines: readonly string[] | undefined,
  bytes: number,
): ContentsRecord => (lines !== undefined && isFitting(lines, bytes) ? { [key]: lines } : {});

const isFitting = (lines: readonly string[], bytes: number): boolean =>
  lines.every(line => line.length <= longest) && Buffer.byteLength(JSON.stringify(lines)) <= bytes;

function inWords(one: ContainedFile | PackageSum): string {
  return `${inHex(one.crc)} ${'bytes' in one ? one.bytes : one.classes} ${one.name}`;
}

const inHex = (crc: number): string => crc.toString(16).padStart(8, '0');

/** Each package with its classes, in as many strings as it needs. */
function linesOfClasses(classes: readonly ContainedClass[]): readonly string[] {
  const lines: string[] = [];
  for (const [name, members] of byPackage(classes)) {
    let line = name;
    for (const member of members) {
      const word = `/${inHex(member.crc)} ${simpleName(member.name)}`;
      if (line !== name && line.length + word.length > longest) {
        lines.push(line);
        line = name;
      }
      line += word;
    }
    lines.push(line);
  }
  return lines;
}

/**
 * Reads what `recordContents` made, from JSON of others: what is no such list is not known, what is no such string is
 * not there.
 */
export function readContentsRecord(
  record: Readonly<Record<string, unknown>>,
): Omit<JarContents, 'springBoot' | 'buildJdk'> {
  const classes = stringsOf(record.classes);
  const packages = stringsOf(record.packages);
  return {
    libraries: stringsOf(record.libraries)?.flatMap(readFile),
    classes:
      classes !== undefined
        ? { kind: 'classes', classes: classes.flatMap(readClasses) }
        : packages !== undefined
          ? { kind: 'packages', packages: packages.flatMap(readPackage) }
          : { kind: 'unknown' },
    resources: stringsOf(record.resources)?.flatMap(readFile),
  };
}

const stringsOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value)
    ? value.filter((one: unknown) => typeof one === 'string' && one.length <= longest)
    : undefined;

function readFile(line: string): readonly ContainedFile[] {
  const [, crc, bytes, name] = /^([0-9a-f]{8}) (\d{1,15}) (.+)$/s.exec(line) ?? [];
  if (crc === undefined || name === undefined) return [];
  return [{ name, crc: Number.parseInt(crc, 16), bytes: Number(bytes) }];
}

const readPackage = (line: string): readonly PackageSum[] => {
  const [, crc, classes, name] = /^([0-9a-f]{8}) (\d{1,15}) (.*)$/s.exec(line) ?? [];
  if (crc === undefined || name === undefined) return [];
  return [{ name, crc: Number.parseInt(crc, 16), classes: Number(classes) }];
};

function readClasses(line: string): readonly ContainedClass[] {
  const [name = '', ...members] = line.split('/');
  const folder = name === '' ? '' : `${name.replaceAll('.', '/')}/`;
  return members.flatMap(member => {
    const [, crc, simple] = /^([0-9a-f]{8}) (.+)$/s.exec(member) ?? [];
    if (crc === undefined || simple === undefined) return [];
    return [{ name: `${folder}${simple}.class`, crc: Number.parseInt(crc, 16) }];
  });
}
