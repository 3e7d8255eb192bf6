import { createHash, randomUUID } from 'node:crypto';
import { access, copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { compileJava, listJavaSources } from './compile.ts';
import { type JarChanges, type JarKind, listJarEntries } from './jar-contents.ts';
import { writeZip } from './zip.ts';

/** Which jar to build. `megabytes` is about the size of the whole file, 20 if not given. */
export interface JarOptions {
  /** Letters, digits and `._+-`; told by the app and by the manifest. */
  readonly version: string;
  readonly megabytes?: number;
  readonly kind?: JarKind;
  readonly changes?: JarChanges;
}

/**
 * Builds the sample app's jar, or finds it in the cache: same sources and options, same bytes.
 * Gives the path of a file that the caller must not change. Fails when `javac` fails or the version is odd.
 */
export async function buildJar(options: JarOptions): Promise<string> {
  const { version, megabytes = 20, kind = 'good', changes = {} } = options;
  if (!/^[\w.+-]{1,60}$/.test(version)) throw new Error(`not a version: ${version}`);
  return await keepJar(`sample-${version}-${kind}`, [version, megabytes, kind, changes], () =>
    makeBytes(version, megabytes, kind, changes),
  );
}

/** The path of a jar in the cache, made when it is not there: one for each name, options and sources of this folder. */
export async function keepJar(
  name: string,
  options: readonly unknown[],
  make: () => Promise<Buffer>,
): Promise<string> {
  const folder = join(findCache(), 'app');
  const path = join(folder, `${name}-${await hashInputs(options)}.jar`);
  if (await exists(path)) return path;
  const bytes = await make();
  await mkdir(folder, { recursive: true });
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, path);
  return path;
}

async function makeBytes(
  version: string,
  megabytes: number,
  kind: JarKind,
  changes: JarChanges,
): Promise<Buffer> {
  if (kind === 'not-a-zip') {
    return Buffer.from(`<!DOCTYPE html>\n<html><body>Sign in to download sample ${version}</body></html>\n`);
  }
  return writeZip(listJarEntries(await compileJava(), version, megabytes, kind, changes));
}

function findCache(): string {
  const { BLUEGREEN_CACHE, XDG_CACHE_HOME } = process.env;
  return BLUEGREEN_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'nginx-bluegreen');
}

async function hashInputs(options: readonly unknown[]): Promise<string> {
  const makers = ['build.ts', 'compile.ts', 'fat-jar.ts', 'jar-contents.ts', 'libraries.ts', 'zip.ts'];
  const hash = createHash('sha256').update(JSON.stringify(options));
  for (const path of [...makers.map(name => join(import.meta.dirname, name)), ...(await listJavaSources())]) {
    hash.update(`\n${path.slice(import.meta.dirname.length)}\n`).update(await readFile(path));
  }
  return hash.digest('hex').slice(0, 16);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

if (import.meta.main) {
  const [version, out] = process.argv.slice(2);
  if (version === undefined || out === undefined) {
    console.error('usage: node sandbox/app/build.ts VERSION OUT.jar');
    process.exitCode = 2;
  } else {
    await copyFile(await buildJar({ version }), out);
  }
}
