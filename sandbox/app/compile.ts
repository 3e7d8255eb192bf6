import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SOURCES = join(import.meta.dirname, 'java');

/** One compiled class: its path in a jar (`bluegreen/sample/SampleApp.class`) and its bytes. */
export interface CompiledClass {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Lists the Java sources of the sample app, as absolute paths in a fixed order. */
export async function listJavaSources(): Promise<readonly string[]> {
  const names = await readdir(SOURCES, { recursive: true });
  return names
    .filter(name => name.endsWith('.java'))
    .sort()
    .map(name => join(SOURCES, name));
}

/** Compiles the sample app for Java 17. Fails when `javac` is missing or reports an error. */
export async function compileJava(): Promise<readonly CompiledClass[]> {
  const output = await mkdtemp(join(tmpdir(), 'sample-app-'));
  try {
    const options = ['--release', '17', '-encoding', 'UTF-8', '-g:source,lines', '-d', output];
    await promisify(execFile)('javac', [...options, ...(await listJavaSources())]);
    const names = await readdir(output, { recursive: true });
    const paths = names.filter(name => name.endsWith('.class')).sort();
    return await Promise.all(paths.map(async path => ({ path, bytes: await readFile(join(output, path)) })));
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}
