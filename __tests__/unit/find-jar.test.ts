import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Failure } from '../../src/failure.ts';
import { findJar } from '../../src/jar/find-jar.ts';

async function workspace(t: TestContext, ...files: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'find-jar-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const file of files) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await writeFile(join(folder, file), '');
  }
  return folder;
}

async function messageOf(pattern: string, folder: string): Promise<string> {
  try {
    await findJar(pattern, folder);
  } catch (error) {
    if (error instanceof Failure && error.text.reason === 'jar-missing') return error.text.message;
    throw error;
  }
  throw new assert.AssertionError({ message: 'a jar was found' });
}

test('one file is found by its path or by a glob', async t => {
  const folder = await workspace(t, 'build/libs/shop-1.jar', 'build/libs/readme.txt', 'other/x.jar');
  const jar = join(folder, 'build/libs/shop-1.jar');
  for (const pattern of [
    'build/libs/shop-1.jar',
    './build/libs/shop-1.jar',
    'build/libs/*.jar',
    '**/shop-?.jar',
    jar,
  ]) {
    assert.equal(await findJar(pattern, folder), jar, pattern);
  }
});

test('a file whose name looks like a glob is found by its name', async t => {
  const folder = await workspace(t, 'libs/shop[1].jar', 'libs/shop1.jar');
  assert.equal(await findJar('libs/shop[1].jar', folder), join(folder, 'libs/shop[1].jar'));
});

test('a folder called like a jar is not taken', async t => {
  const folder = await workspace(t, 'libs/a.jar/x', 'libs/b.jar');
  assert.equal(await findJar('libs/*.jar', folder), join(folder, 'libs/b.jar'));
  assert.match(await messageOf('libs/a.jar', folder), /No file matches/);
});

test('no match tells the pattern and where it was looked for', async t => {
  const folder = await workspace(t, 'libs/a.war');
  assert.equal(await messageOf('libs/*.jar', folder), `No file matches jar 'libs/*.jar' in ${folder}.`);
});

test('several matches are all listed, in order', async t => {
  const folder = await workspace(t, 'libs/shop.jar', 'libs/shop-plain.jar');
  assert.equal(
    await messageOf('libs/*.jar', folder),
    "jar 'libs/*.jar' matches 2 files: libs/shop-plain.jar, libs/shop.jar.",
  );
});
