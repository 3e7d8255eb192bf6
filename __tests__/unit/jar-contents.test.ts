import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { writeZip } from '../../sandbox/app/zip.ts';
import { parseReleaseRecord, releaseRecord } from '../../src/commands/release-record.ts';
import { recordContents } from '../../src/jar/contents-record.ts';
import { readJar } from '../../src/jar/read-jar.ts';
import { stored } from './made-jars.ts';
import { madeProvenance } from './made-world.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jar-contents-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const lib = writeZip([stored('a.txt', 'a')]);

async function contentsOf(mainClass: string, files: Readonly<Record<string, string | Buffer>>) {
  const path = join(folder, 'x.jar');
  const manifest = stored('META-INF/MANIFEST.MF', `Main-Class: ${mainClass}\r\nBuild-Jdk-Spec: 21\r\n\r\n`);
  await writeFile(
    path,
    writeZip([manifest, ...Object.entries(files).map(([name, data]) => stored(name, data))]),
  );
  return await readJar(path);
}
const loader = 'org.springframework.boot.loader.launch.JarLauncher';

test('libraries, own classes, migrations and settings are told apart; the loader is none of them', async () => {
  const { contents } = await contentsOf(loader, {
    'org/springframework/boot/loader/launch/JarLauncher.class': 'x',
    'BOOT-INF/classes/a/App.class': 'app',
    'BOOT-INF/classes/db/migration/V1__init.sql': 'sql',
    'BOOT-INF/classes/db/changelog/db.changelog-master.yaml': 'log',
    'BOOT-INF/classes/application-prod.yml': 'yml',
    'BOOT-INF/classes/messages.properties': 'm',
    'BOOT-INF/lib/spring-boot-3.4.0.jar': lib,
    'BOOT-INF/lib/nested/other-1.jar': lib,
  });
  assert.deepEqual(contents, {
    springBoot: '3.4.0',
    buildJdk: '21',
    libraries: [{ name: 'spring-boot-3.4.0.jar', crc: crc32(lib), bytes: lib.length }],
    classes: { kind: 'classes', classes: [{ name: 'a/App.class', crc: crc32('app'), bytes: 3 }] },
    resources: [
      { name: 'db/migration/V1__init.sql', crc: crc32('sql'), bytes: 3 },
      { name: 'db/changelog/db.changelog-master.yaml', crc: crc32('log'), bytes: 3 },
      { name: 'application-prod.yml', crc: crc32('yml'), bytes: 3 },
    ],
  });
});

test('of a war the provided libraries count too, of a plain jar the classes at its root', async () => {
  const war = await contentsOf(loader, {
    'WEB-INF/classes/a/B.class': 'b',
    'WEB-INF/lib/a-1.jar': lib,
    'WEB-INF/lib-provided/tomcat-embed-core-10.1.31.jar': lib,
  });
  assert.deepEqual(
    war.contents.libraries?.map(({ name }) => name),
    ['a-1.jar', 'tomcat-embed-core-10.1.31.jar'],
  );
  const plain = await contentsOf('a.B', { 'a/B.class': 'b', 'META-INF/versions/9/a/B.class': 'c' });
  assert.ok(plain.contents.classes.kind === 'classes');
  assert.deepEqual(
    plain.contents.classes.classes.map(({ name }) => name),
    ['a/B.class'],
  );
  assert.equal(plain.contents.springBoot, undefined);
});

test('a jar of 70,000 entries, some twice and some with names that lead elsewhere, is read by its names alone', async () => {
  const many = Array.from({ length: 70_000 }, (_, index) =>
    stored(`BOOT-INF/classes/com/acme/p${index % 70}/C${index}.class`, ''),
  );
  const odd = ['../../etc/cron.d/x.class', '/x.class', 'a/../../b.class', 'db/migration/../../../V1__x.sql'];
  const path = join(folder, 'many.jar');
  const zip = writeZip([
    stored('META-INF/MANIFEST.MF', `Main-Class: ${loader}\r\n\r\n`),
    ...many,
    ...odd.map(name => stored(`BOOT-INF/classes/${name}`, 'x')),
    stored('BOOT-INF/lib/a-1.jar', lib),
    stored('BOOT-INF/lib/a-1.jar', lib),
  ]);
  await writeFile(path, zip);
  const { contents } = await readJar(path);
  assert.ok(contents.classes.kind === 'classes');
  assert.equal(contents.classes.classes.length, 70_003);
  assert.equal(contents.libraries?.length, 1);
  assert.deepEqual(await readdir(folder), ['many.jar', 'x.jar']);
  const record = recordContents(contents);
  assert.deepEqual(record.packages?.length, 70 + 3);
});

test('a jar of 30,000 classes keeps its packages in release.json, one of 30,000 packages neither; it stays small', async () => {
  const recordOf = async (files: Readonly<Record<string, string>>) => {
    const jar = await contentsOf('a.B', files);
    const record = releaseRecord('r', 'shop', jar, new Date(0), madeProvenance);
    assert.ok(record.length < 200_000, String(record.length));
    assert.ok(
      record
        .toString()
        .split('\n')
        .every(line => line.length < 60_000),
    );
    return parseReleaseRecord(record.toString())?.contents.classes;
  };
  const many = (nameOf: (index: number) => string) =>
    Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [nameOf(index), String(index)]));
  const packages = await recordOf(many(index => `com/acme/p${index % 50}/Class${index}.class`));
  assert.ok(packages?.kind === 'packages' && packages.packages.length === 50);
  assert.ok(packages.packages.every(({ classes }) => classes === 600));
  assert.deepEqual(await recordOf(many(index => `com/acme/package${index}/Class.class`)), {
    kind: 'unknown',
  });
});
