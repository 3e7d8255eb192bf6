import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeZip } from '../../sandbox/app/zip.ts';
import { Failure } from '../../src/failure.ts';
import { readJar } from '../../src/jar/read-jar.ts';
import { asZip64, bootJar, helloJar, stored, withEnd, withHeader, withPrefix } from './made-jars.ts';

const folder = mkdtempSync(join(tmpdir(), 'damaged-jar-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'app.jar');

/** Why we refuse a jar of these bytes; empty when it is taken. */
async function whyRefused(bytes: Buffer): Promise<string> {
  writeFileSync(path, bytes);
  try {
    await readJar(path);
    return '';
  } catch (error) {
    assert.ok(error instanceof Failure && error.text.reason === 'jar-invalid', String(error));
    return error.text.message;
  }
}

function startsInJava(bytes: Buffer): boolean {
  writeFileSync(path, bytes);
  return spawnSync('java', ['-Xshare:auto', '-jar', path], { encoding: 'utf8' }).stdout === 'hello';
}

const hello = helloJar(folder);
const script = Buffer.from(`#!/bin/sh\nexec java -jar "$0" "$@"\n${'# launch script\n'.repeat(500)}`);
const directory = 0x02014b50;
const local = 0x04034b50;
const class_ = 'Hello.class';

for (const [what, bytes] of [
  ['as it was built', hello],
  ['with a launch script before it, as `bootJar { launchScript() }` writes it', withPrefix(script, hello)],
  ['with a launch script put before it by cat', Buffer.concat([script, hello])],
  ['with zip64 records', asZip64(hello)],
] as const)
  test(`a jar ${what} is taken, and Java starts it`, async () => {
    assert.equal(await whyRefused(bytes), '');
    assert.ok(startsInJava(bytes));
  });

for (const [what, bytes, says] of [
  ['that was cut', hello.subarray(0, -40), /its end is missing/],
  ['that was cut at its beginning', hello.subarray(20), /20 bytes are missing before its directory/],
  [
    'with something appended',
    Buffer.concat([hello, Buffer.from('</html>')]),
    /its last 7 bytes are no part of a zip/,
  ],
  ['whose end record is wrong', withEnd(hello, 12, size => size - 1), /its directory is not where/],
  [
    'with an encrypted entry',
    withHeader(hello, directory, class_, header => header.writeUInt16LE(0x0801, 8)),
    /its entry Hello\.class is encrypted/,
  ],
  [
    'packed by another method than Java knows',
    withHeader(hello, directory, class_, header => header.writeUInt16LE(93, 10)),
    /is compressed by method 93/,
  ],
  [
    'with an entry that is not where the directory says',
    withHeader(hello, directory, class_, header => header.writeUInt32LE(5, 42)),
    /says that Hello\.class is at byte 5, where something else is/,
  ],
  [
    'with a damaged local header',
    withHeader(hello, local, class_, header => header.fill(0, 0, 4)),
    /says that Hello\.class is at byte \d+, where something else is/,
  ],
] as const)
  test(`a jar ${what} is refused, and Java does not start it`, async () => {
    assert.match(await whyRefused(bytes), says);
    assert.ok(!startsInJava(bytes));
  });

test('a directory that disagrees with the file is refused also where Java would not look', async () => {
  const renamed = withHeader(hello, local, class_, header => header.write('Jello', 30));
  assert.match(await whyRefused(renamed), /says that Hello\.class is at byte \d+, where something else is/);
  const long = withHeader(hello, directory, class_, header => header.writeUInt32LE(0x00ffffff, 20));
  assert.match(await whyRefused(long), /the data of Hello\.class would reach into its directory/);
});

const library = writeZip([stored('a/B.class', 'some code'), stored('a/C.class', 'more of it')]);
const name = 'BOOT-INF/lib/b-1.0.jar';

test('libraries that lie whole in the jar are taken, also behind a launch script', async () => {
  for (const jar of [
    bootJar(stored(name, library), stored('BOOT-INF/lib/empty.jar', writeZip([]))),
    bootJar(stored('WEB-INF/lib-provided/big.jar', asZip64(library))),
    bootJar(stored('BOOT-INF/lib/native.so', 'no zip, and no library of the loader')),
  ]) {
    assert.equal(await whyRefused(jar), '');
    assert.equal(await whyRefused(withPrefix(script, jar)), '');
    assert.equal(await whyRefused(Buffer.concat([script, jar])), '');
  }
});

for (const [what, bytes, says] of [
  ['is cut', library.subarray(0, -30), /its library BOOT-INF\/lib\/b-1\.0\.jar is damaged: it.* missing/],
  ['is no zip', Buffer.from('<html>not found</html>'), /b-1\.0\.jar is damaged: it is no zip/],
  ['is empty', Buffer.alloc(0), /b-1\.0\.jar is damaged: it is no zip/],
  [
    'has a broken local header',
    withHeader(library, local, 'a/C.class', header => header.fill(1, 0, 4)),
    /b-1\.0\.jar is damaged: its directory says that a\/C\.class is at byte \d+/,
  ],
] as const)
  test(`a jar with a library that ${what} is refused, and names it`, async () => {
    assert.match(await whyRefused(bootJar(stored(name, bytes))), says);
  });

test("a compressed library is refused, since Spring Boot's loader reads it where it lies", async () => {
  const jar = bootJar({ name, data: library, method: 'deflated' });
  assert.match(await whyRefused(jar), /its library .* is compressed, and Spring Boot's loader needs it/);
});

test('jars in a jar that has another launcher are its own affair', async () => {
  const manifest = stored('META-INF/MANIFEST.MF', 'Main-Class: a.Launcher\r\n\r\n');
  assert.equal(await whyRefused(writeZip([manifest, { name, data: library, method: 'deflated' }])), '');
});
