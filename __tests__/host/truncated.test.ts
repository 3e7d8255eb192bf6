import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assembleProgram } from '../../src/host/program.ts';
import { shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const text = Buffer.from(assembleProgram().text);
const end = text.length - '}\n'.length;
/** Odd, so that cuts come to all places of lines. */
const step = 2 * Math.floor(end / 1000) + 1;

for (const shell of shells) {
  test(`${shell.name}: a program that arrives cut anywhere begins no stage and changes nothing`, t => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'cuts'));
    mkdirSync(join(folder, 'here'));
    for (let at = 0; at <= end; at += step)
      writeFileSync(join(folder, 'cuts', `${at}`), text.subarray(0, at));
    const each = 'for cut in ../cuts/*; do "$@" "$cut" inspect app=shop 2>/dev/null; done; echo all';
    const words = [shell.command, ...shell.first];
    const run = () =>
      spawnSync('dash', ['-c', each, 'dash', ...words], { cwd: join(folder, 'here'), encoding: 'utf8' })
        .stdout;
    const runFolders = () => readdirSync('/run').filter(name => name.startsWith('nginx-bluegreen.'));
    const before = runFolders();
    assert.equal(run(), 'all\n');
    assert.deepEqual(readdirSync(join(folder, 'here')), []);
    assert.deepEqual(runFolders(), before);
    assert.ok(readdirSync(join(folder, 'cuts')).length > 300);
  });
}

test('the whole program does begin: a stage it does not know is told how to call it', () => {
  const { status, stderr } = spawnSync('dash', ['-s', 'nonsense'], { input: text, encoding: 'utf8' });
  assert.equal(status, 64);
  assert.match(stderr, /^usage: nginx-bluegreen \[restricted APP\] acquire\|inspect/);
});
