import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildJar } from '../../sandbox/app/build.ts';
import { writeZip, type ZipEntry } from '../../sandbox/app/zip.ts';
import { Failure } from '../../src/failure.ts';
import { readJar } from '../../src/jar/read-jar.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-jar-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const sample = (kind: 'good' | 'not-a-zip' | 'no-main-class' | 'newer-java') =>
  buildJar({ version: '1.2.3', megabytes: 1, kind });

/** Writes a jar of these files. */
async function jarOf(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const entries = Object.entries(files).map(
    ([name, content]): ZipEntry => ({ name, data: Buffer.from(content), method: 'deflated' }),
  );
  const path = join(folder, `${createHash('sha256').update(JSON.stringify(files)).digest('hex')}.jar`);
  await writeFile(path, writeZip(entries));
  return path;
}

const manifest = (...lines: readonly string[]) => ({
  'META-INF/MANIFEST.MF': `${lines.join('\r\n')}\r\n\r\n`,
});
const classOf = (major: number) => Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, major, 1, 2, 3]);

async function messageOf(path: string): Promise<string> {
  try {
    await readJar(path);
  } catch (error) {
    if (error instanceof Failure && error.text.reason === 'jar-invalid') return error.text.message;
    throw error;
  }
  throw new assert.AssertionError({ message: 'the jar was taken' });
}

test('a Spring Boot jar is known by size, hash, main class, version and the Java it needs', async () => {
  const path = await sample('good');
  const bytes = await readFile(path);
  const { contents, pieces, ...jar } = await readJar(path);
  assert.equal(
    pieces.reduce((sum, piece) => sum + piece.bytes, 0),
    bytes.length,
  );
  assert.deepEqual(jar, {
    path,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mainClass: 'bluegreen.launch.JarLauncher',
    version: '1.2.3',
    classVersion: 61,
  });
  assert.deepEqual([contents.springBoot, contents.buildJdk, contents.libraries?.length], ['3.3.5', '17', 41]);
});

test('the Java it needs is that of the start class, not of the launcher', async () => {
  assert.equal((await readJar(await sample('newer-java'))).classVersion, 69);
  const path = await jarOf({
    ...manifest('Main-Class: a.Launcher', 'Start-Class: b.App'),
    'a/Launcher.class': classOf(52),
    'BOOT-INF/classes/b/App.class': classOf(65),
  });
  assert.equal((await readJar(path)).classVersion, 65);
});

test('a plain executable jar is read by its main class', async () => {
  const path = await jarOf({ ...manifest('Main-Class: a.Main'), 'a/Main.class': classOf(55) });
  const { mainClass, version, classVersion } = await readJar(path);
  assert.deepEqual([mainClass, version, classVersion], ['a.Main', undefined, 55]);
});

test('a start class that is not there, or is no class, leaves the Java it needs unknown', async () => {
  for (const content of ['', 'no class file at all', classOf(61).subarray(0, 7)]) {
    const path = await jarOf({ ...manifest('Main-Class: a.Main'), 'a/Main.class': content });
    assert.equal((await readJar(path)).classVersion, undefined);
  }
  assert.equal((await readJar(await jarOf(manifest('Main-Class: a.Main')))).classVersion, undefined);
});

test('a manifest line of over 72 bytes goes on in the next one', async () => {
  const name = `com.example.${'long'.repeat(30)}.Main`;
  const line = `Main-Class: ${name}`;
  const path = await jarOf(manifest(line.slice(0, 72), ` ${line.slice(72, 140)}`, ` ${line.slice(140)}`));
  assert.equal((await readJar(path)).mainClass, name);
});

test('only the main section of a manifest counts', async () => {
  const text = 'Manifest-Version: 1.0\n\nName: a/B.class\nMain-Class: a.B\n';
  assert.match(await messageOf(await jarOf({ 'META-INF/MANIFEST.MF': text })), /has no Main-Class/);
});

test('what is no zip, has no manifest or no main class is told apart', async () => {
  assert.match(await messageOf(await sample('not-a-zip')), /is not a readable jar/);
  assert.match(await messageOf(await sample('no-main-class')), /has no Main-Class, so java -jar cannot/);
  assert.match(await messageOf(await jarOf({ 'a.txt': 'x' })), /has no META-INF\/MANIFEST\.MF/);
  const empty = join(folder, 'empty.jar');
  await writeFile(empty, '');
  assert.match(await messageOf(empty), /is not a readable jar/);
});

test('a jar that was cut anywhere is refused', async () => {
  const whole = await readFile(await sample('good'));
  const path = join(folder, 'cut.jar');
  await writeFile(path, whole);
  for (const length of [whole.length - 1, whole.length - 30, Math.floor(whole.length / 2), 100]) {
    await truncate(path, length);
    assert.match(await messageOf(path), /is not a readable jar/, `${length} bytes`);
  }
});

test('a manifest whose bytes are damaged is refused', async () => {
  const path = await jarOf(manifest('Main-Class: a.Main', `X: ${'0123456789'.repeat(6)}`));
  const bytes = await readFile(path);
  bytes.fill(0xff, 30 + 'META-INF/MANIFEST.MF'.length, 30 + 'META-INF/MANIFEST.MF'.length + 20);
  await writeFile(path, bytes);
  await messageOf(path);
});

test('a manifest of megabytes is refused, not read into memory', async () => {
  const path = await jarOf(manifest('Main-Class: a.Main', `X: ${'x'.repeat(2 * 1024 * 1024)}`));
  assert.match(await messageOf(path), /manifest of .* is over 1 MiB/);
});
