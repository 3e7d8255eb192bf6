import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const isRoot = process.getuid?.() === 0;
const rootOnly = { skip: !isRoot && 'NOT TESTED: needs root (chown)' };

const name = '20261101T101010Z-00000001';

function releasesWith(t: TestContext): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, name));
  return folder;
}

for (const shell of shells) {
  const mark = (folder: string, script: string, release = name) =>
    runHost(shell, `releases=$1 release=$2; ${script}`, [folder, release]);

  test(`${shell.name}: the mark says why and when on a line each, whatever is in it`, rootOnly, t => {
    const folder = releasesWith(t);
    assert.equal(mark(folder, 'is_bad "$release" || echo good').stdout, 'good\n');
    const why = 'it ended\n%s\\n "$(id)" \'q\'';
    runHost(shell, 'releases=$1 release=$2; mark_bad "$3"', [folder, name, why]);
    assert.match(
      readFileSync(join(folder, name, 'bad'), 'utf8'),
      /^why=it ended %s\\n "\$\(id\)" 'q'\nat=20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\n$/,
    );
    assert.deepEqual(readdirSync(join(folder, name)), ['bad']);
    assert.equal(mark(folder, 'is_bad "$release" && echo bad').stdout, 'bad\n');
  });

  test(
    `${shell.name}: the first reason stays, and another release than this stage's can be marked`,
    rootOnly,
    t => {
      const folder = releasesWith(t);
      mark(folder, `mark_bad one ${name}; mark_bad two ${name}`, '20261102T101010Z-00000002');
      assert.match(readFileSync(join(folder, name, 'bad'), 'utf8'), /^why=one\n/);
      assert.deepEqual(readdirSync(folder), [name]);
    },
  );

  test(`${shell.name}: a mark that cannot be written is told and ends no stage`, rootOnly, t => {
    const folder = releasesWith(t);
    const { status, stdout } = mark(folder, 'put_file() { return 1; }; mark_bad one; echo on');
    assert.deepEqual([status, stdout], [0, `${name} could not be marked as bad: is the disk full?\non\n`]);
    assert.ok(!existsSync(join(folder, name, 'bad')));
  });
}
