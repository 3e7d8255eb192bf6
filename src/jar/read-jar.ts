import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { Failure, nothingContacted } from '../failure.ts';
import { parseManifest } from './manifest.ts';

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
}

const largestManifest = 1024 * 1024;

/** Reads a jar, streamed. Throws a Failure: jar-invalid (no zip, damaged, no Main-Class). */
export async function readJar(path: string): Promise<Jar> {
  const [{ size: bytes }, sha256, contents] = await Promise.all([
    stat(path),
    hashFile(path),
    readContents(path),
  ]);
  return { path, bytes, sha256, ...contents };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

async function readContents(path: string): Promise<Pick<Jar, 'mainClass' | 'version' | 'classVersion'>> {
  const entries = new Map<string, yauzl.Entry>();
  let zip: yauzl.ZipFile | undefined;
  try {
    zip = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true });
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName === 'META-INF/MANIFEST.MF' || entry.fileName.endsWith('.class'))
        entries.set(entry.fileName, entry);
    }
    return await readEntries(zip, path, entries);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw invalid(
      `${path} is not a readable jar: ${error instanceof Error ? error.message : String(error)}.`,
    );
  } finally {
    zip?.close();
  }
}

async function readEntries(zip: yauzl.ZipFile, path: string, entries: ReadonlyMap<string, yauzl.Entry>) {
  const manifestEntry = entries.get('META-INF/MANIFEST.MF');
  if (manifestEntry === undefined) throw invalid(`${path} has no META-INF/MANIFEST.MF.`);
  if (manifestEntry.uncompressedSize > largestManifest)
    throw invalid(`The manifest of ${path} is over 1 MiB.`);
  const manifest = parseManifest((await readStart(zip, manifestEntry, largestManifest)).toString('utf8'));
  const mainClass = manifest.get('Main-Class');
  if (mainClass === undefined || mainClass === '')
    throw invalid(`The manifest of ${path} has no Main-Class, so java -jar cannot start it.`);
  const startClass = (manifest.get('Start-Class') ?? mainClass).replaceAll('.', '/');
  const classEntry =
    entries.get(`BOOT-INF/classes/${startClass}.class`) ?? entries.get(`${startClass}.class`);
  const head = classEntry === undefined ? Buffer.alloc(0) : await readStart(zip, classEntry, 8);
  const isClass = head.length >= 8 && head.readUInt32BE(0) === 0xcafebabe;
  return {
    mainClass,
    version: manifest.get('Implementation-Version'),
    classVersion: isClass ? head.readUInt16BE(6) : undefined,
  };
}

/** The first bytes of an entry, at most `most`; reads no further, whatever the entry says of its size. */
async function readStart(zip: yauzl.ZipFile, entry: yauzl.Entry, most: number): Promise<Buffer> {
  const stream = await zip.openReadStreamPromise(entry);
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
