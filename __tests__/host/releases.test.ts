import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const names = [1, 2, 3, 4, 5, 6].map(day => `2026110${day}T101010Z-0000000${day}`);
const [first = '', second = '', third = '', fourth = '', fifth = '', sixth = ''] = names;

function home(t: TestContext): string {
  const folder = temporaryFolder(t);
  for (const name of [...names, 'notes', '20261109T101010Z-00000009.part']) {
    mkdirSync(join(folder, 'releases', name, 'work'), { recursive: true });
    if (names.includes(name))
      writeFileSync(join(folder, 'releases', name, 'good'), `token=${name.slice(6, 8)}\n`);
  }
  return folder;
}
const markBad = (folder: string, bad: readonly string[]): void => {
  for (const name of bad) writeFileSync(join(folder, 'releases', name, 'bad'), 'why=it crashed\n');
};
const prune =
  'app=shop; lay_out; home=$1 releases=$1/releases keep_releases=$2 jar_at=$3; prune_releases; say done';

for (const shell of shells) {
  test(`${shell.name}: the newest releases stay, the others go and are told`, t => {
    const folder = home(t);
    const { stdout } = runHost(shell, prune, [folder, '4', '']);
    assert.equal(stdout, `removed the old release ${second}\nremoved the old release ${first}\ndone\n`);
    assert.deepEqual(
      readdirSync(join(folder, 'releases')).filter(name => name.includes('T')),
      [third, fourth, fifth, sixth, '20261109T101010Z-00000009.part'],
    );
  });

  test(`${shell.name}: what a color leads to, or this run takes its jar from, stays however old`, t => {
    const folder = home(t);
    symlinkSync(`releases/${first}`, join(folder, 'blue'));
    symlinkSync(`releases/${third}`, join(folder, 'green'));
    const { stdout } = runHost(shell, prune, [folder, '1', fourth]);
    assert.equal(stdout, `removed the old release ${fifth}\nremoved the old release ${second}\ndone\n`);
  });

  test(`${shell.name}: what the jar that comes in is made of stays for this time`, t => {
    const folder = home(t);
    mkdirSync(join(folder, 'part'));
    writeFileSync(join(folder, 'part/recipe'), `${third} 0 20000\npayload 512\n${second} 0 20000\n`);
    const { stdout } = runHost(shell, prune.replace('prune_releases', 'part=$1/part; prune_releases'), [
      folder,
      '4',
      '',
    ]);
    assert.equal(stdout, `removed the old release ${first}\ndone\n`);
  });

  test(`${shell.name}: what is no release is left alone, and so is everything where no number is given`, t => {
    const folder = home(t);
    const everything = readdirSync(join(folder, 'releases'));
    runHost(shell, prune, [folder, '0', '']);
    assert.deepEqual(readdirSync(join(folder, 'releases')), everything);
    runHost(shell, prune, [folder, '1', '']);
    const left = ['20261106T101010Z-00000006', '20261109T101010Z-00000009.part', 'notes'];
    assert.deepEqual(readdirSync(join(folder, 'releases')), left);
  });

  test(`${shell.name}: fewer releases than may stay lose none`, t => {
    assert.equal(runHost(shell, prune, [home(t), '6', '']).stdout, 'done\n');
  });

  test(`${shell.name}: of bad releases the newest stays, and they push no good one out`, t => {
    const folder = home(t);
    markBad(folder, [second, fourth, sixth]);
    const { stdout } = runHost(shell, prune, [folder, '2', '']);
    const gone = [fourth, second, first].map(name => `removed the old release ${name}\n`).join('');
    assert.equal(stdout, `${gone}done\n`);
  });

  test(`${shell.name}: a bad release that a color leads to stays`, t => {
    const folder = home(t);
    markBad(folder, [second, fourth, sixth]);
    symlinkSync(`releases/${second}`, join(folder, 'green'));
    const { stdout } = runHost(shell, prune, [folder, '6', fourth]);
    assert.equal(stdout, 'done\n');
  });
}
