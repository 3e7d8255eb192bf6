import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Entry, openPromise } from 'yauzl';
import { buildJar } from '../../sandbox/app/build.ts';
import { buildFatJar } from '../../sandbox/app/fat-jar.ts';
import { runApp, waitUntilUp } from './running-app.ts';

let cache = '';

before(async () => {
  cache = await mkdtemp(join(tmpdir(), 'app-jar-'));
  process.env.BLUEGREEN_CACHE = cache;
});

after(async () => {
  delete process.env.BLUEGREEN_CACHE;
  await rm(cache, { recursive: true, force: true });
});

test('a good jar is laid out as Spring Boot does', async () => {
  const entries = await listEntries(await buildJar({ version: '1.0.0', megabytes: 2 }));
  const names = entries.map(entry => entry.fileName);
  assert.equal(names[1], 'META-INF/MANIFEST.MF');
  assert.ok(names.includes('bluegreen/launch/JarLauncher.class'));
  assert.ok(names.includes('BOOT-INF/classes/bluegreen/sample/SampleApp.class'));
  const libraries = entries.filter(entry => /^BOOT-INF\/lib\/.+\.jar$/.test(entry.fileName));
  assert.ok(libraries.length >= 40);
  assert.ok(libraries.every(entry => entry.compressionMethod === 0));
  assert.ok(libraries.some(entry => entry.fileName === 'BOOT-INF/lib/spring-core-6.1.14.jar'));
  const app = entries.find(entry => entry.fileName.endsWith('SampleApp.class'));
  assert.equal(app?.compressionMethod, 8);
});

test('the size is about what was asked for', async () => {
  const { size } = await stat(await buildJar({ version: '1.0.0', megabytes: 20 }));
  assert.ok(Math.abs(size - 20_000_000) < 1_000_000, `${size} bytes`);
});

test('the same options give the same bytes, from the cache or built anew', async () => {
  const options = { version: '1.0.1', megabytes: 1 };
  const path = await buildJar(options);
  const { mtimeMs } = await stat(path);
  const first = hash(await readFile(path));
  assert.equal(await buildJar(options), path);
  assert.equal((await stat(path)).mtimeMs, mtimeMs);
  await rm(path);
  assert.equal(hash(await readFile(await buildJar(options))), first);
});

test('two versions share their libraries', async () => {
  const [one, two] = await Promise.all([
    listEntries(await buildJar({ version: '1.0.0', megabytes: 2 })),
    listEntries(await buildJar({ version: '2.0.0', megabytes: 2 })),
  ]);
  const differing = one
    .filter((entry, index) => entry.crc32 !== two[index]?.crc32)
    .map(entry => entry.fileName);
  assert.deepEqual(differing, ['META-INF/MANIFEST.MF', 'BOOT-INF/classes/META-INF/build-info.properties']);
});

test('a fat jar is one of 60 MB, and rebuilt it has five other classes and one other library', async () => {
  const paths = [
    await buildFatJar({ version: '1.0.0' }),
    await buildFatJar({ version: '1.0.0', rebuilt: 1, time: new Date('2026-11-23T10:00:00Z') }),
  ];
  const [one = [], two = []] = await Promise.all(paths.map(listEntries));
  const { size } = await stat(paths[0] ?? '');
  assert.ok(Math.abs(size - 60_000_000) < 1_000_000, `${size} bytes`);
  assert.equal(one.filter(({ fileName }) => /^BOOT-INF\/lib\/.+\.jar$/.test(fileName)).length, 150);
  const differing = one.filter((entry, index) => entry.crc32 !== two[index]?.crc32);
  assert.equal(differing.filter(({ fileName }) => fileName.endsWith('Service.class')).length, 5);
  assert.equal(differing.filter(({ fileName }) => fileName.endsWith('.jar')).length, 1);
  assert.equal(differing.length, 6);
  assert.ok(one.every((entry, index) => entry.lastModFileDate !== two[index]?.lastModFileDate));
  const app = await runApp(paths[1] ?? '');
  await waitUntilUp(app);
  app.kill('SIGKILL');
  await app.ended;
});

test('java refuses each kind of bad jar in its own way', async () => {
  const complaints = {
    'not-a-zip': /Invalid or corrupt jarfile/,
    'no-main-class': /no main manifest attribute/,
    'newer-java': /UnsupportedClassVersionError: bluegreen\/sample\/SampleApp .*version 69\.0/,
  } as const;
  for (const kind of ['not-a-zip', 'no-main-class', 'newer-java'] as const) {
    const app = await runApp(await buildJar({ version: '1.0.0', megabytes: 1, kind }));
    assert.equal((await app.ended).code, 1);
    assert.match(app.stderr(), complaints[kind]);
  }
});

test('a version that is no file name is refused', async () => {
  await assert.rejects(buildJar({ version: '../1' }), /not a version/);
});

async function listEntries(path: string): Promise<readonly Entry[]> {
  const zip = await openPromise(path);
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return entries;
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
