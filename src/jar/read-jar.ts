import { open, stat } from 'node:fs/promises';
import { Failure, nothingContacted } from '../failure.ts';
import { changedJar } from './changed-jar.ts';
import { cutsOf, type Placed } from './cuts.ts';
import { readEntries, type ZipEntry } from './entries.ts';
import { type ContainedFile, contentsOf, type JarContents } from './jar-contents.ts';
import { checkLibraries, hasNestedLibraries, isNestedLibrary } from './libraries.ts';
import { parseManifest } from './manifest.ts';
import { hashPieces, type Piece } from './pieces.ts';

/** What is known of a jar before anything is contacted. */
export interface Jar {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly mainClass: string;
  /** Implementation-Version of the manifest. */
  readonly version: string | undefined;
  /** Class-file major version of the start class (61 = Java 17); undefined where it could not be read. */
  readonly classVersion: number | undefined;
  readonly contents: JarContents;
  /** What it is made of, in order. */
  readonly pieces: readonly Piece[];
}

/** What is read inside of the jar. */
type Inside = Pick<Jar, 'mainClass' | 'version' | 'classVersion' | 'contents'> & {
  readonly cuts: readonly number[];
};

const manifestName = 'META-INF/MANIFEST.MF';
const largestManifest = 1024 * 1024;

/**
 * Reads a jar: its hash over every byte, its directory against every local header, nothing unpacked but its manifest.
 * Throws a Failure: jar-invalid (no zip, damaged, written meanwhile, a library the loader cannot read, no Main-Class).
 */
export async function readJar(path: string): Promise<Jar> {
  const { size: bytes } = await stat(path);
  const { cuts, ...inside } = await readInside(path, bytes);
  const hashed = await hashPieces(path, cuts, bytes).catch((error: unknown) => {
    throw changedJar(path, error, nothingContacted);
  });
  return { path, bytes, ...inside, ...hashed };
}

async function readInside(path: string, bytes: number): Promise<Inside> {
  const file = await open(path);
  try {
    const entries = new Map<string, ZipEntry>();
    const libraries: ZipEntry[] = [];
    const files = new Map<string, ContainedFile>();
    const placed: Placed[] = [];
    for await (const entry of readEntries(file.fd, 0, bytes)) {
      if (entry.name === manifestName || entry.name.endsWith('.class')) entries.set(entry.name, entry);
      if (isNestedLibrary(entry)) libraries.push(entry);
      placed.push({ name: entry.name, header: entry.header, data: entry.data, bytes: entry.bytes });
      files.set(entry.name, { name: entry.name, crc: entry.crc, bytes: entry.contentBytes });
    }
    const manifest = await readManifest(path, entries.get(manifestName));
    if (hasNestedLibraries(manifest)) await checkLibraries(file.fd, libraries);
    return {
      ...(await readMain(path, manifest, entries)),
      contents: contentsOf([...files.values()], manifest),
      cuts: cutsOf(placed, bytes),
    };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw invalid(
      `${path} is not a readable jar: ${error instanceof Error ? error.message : String(error)}.`,
    );
  } finally {
    await file.close();
  }
}

async function readManifest(path: string, entry: ZipEntry | undefined): Promise<ReadonlyMap<string, string>> {
  if (entry === undefined) throw invalid(`${path} has no ${manifestName}.`);
  const start = await readStart(entry, largestManifest + 1);
  if (start.length > largestManifest) throw invalid(`The manifest of ${path} is over 1 MiB.`);
  return parseManifest(start.toString('utf8'));
}

async function readMain(
  path: string,
  manifest: ReadonlyMap<string, string>,
  entries: ReadonlyMap<string, ZipEntry>,
): Promise<Pick<Jar, 'mainClass' | 'version' | 'classVersion'>> {
  const mainClass = manifest.get('Main-Class');
  if (mainClass === undefined || mainClass === '')
    throw invalid(`The manifest of ${path} has no Main-Class, so java -jar cannot start it.`);
  const startClass = (manifest.get('Start-Class') ?? mainClass).replaceAll('.', '/');
  const classEntry =
    entries.get(`BOOT-INF/classes/${startClass}.class`) ?? entries.get(`${startClass}.class`);
  const head = classEntry === undefined ? Buffer.alloc(0) : await readStart(classEntry, 8);
  const isClass = head.length >= 8 && head.readUInt32BE(0) === 0xcafebabe;
  return {
    mainClass,
    version: manifest.get('Implementation-Version'),
    classVersion: isClass ? head.readUInt16BE(6) : undefined,
  };
}

/** The first bytes of an entry, at most `most`; reads no further, whatever the entry says of its size. */
async function readStart(entry: ZipEntry, most: number): Promise<Buffer> {
  const stream = await entry.open();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}

const invalid = (message: string): Failure =>
  new Failure({
    reason: 'jar-invalid',
    message,
    traffic: nothingContacted,
    remedy:
      'Give the executable jar: Gradle writes it by bootJar, Maven by spring-boot:repackage; the -plain.jar is another.',
  });
