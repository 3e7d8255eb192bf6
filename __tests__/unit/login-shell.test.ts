import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { quote } from '../../src/host/quote.ts';
import { forLoginShell } from '../../src/ssh/login-shell.ts';
import { shells } from '../host/host-shell.ts';

const words = [
  'a b',
  "it's",
  'a!b',
  '!!',
  'back\\slash',
  'tail\\',
  "q'\\'q",
  '$HOME `id` $(id)',
  'line\nline\n',
  'é 日本',
  '',
];

for (const { name, command, first } of shells) {
  test(`${name}: what a login shell is asked to do is done by /bin/sh, word for word`, () => {
    for (const word of words) {
      const request = forLoginShell(`printf '<%s>' ${quote(word)}; exit 7`);
      const { status, stdout } = spawnSync(command, [...first, '-c', request], { encoding: 'utf8' });
      assert.deepEqual([status, stdout], [7, `<${word}>`]);
    }
  });
}

test('a request has nothing that csh or fish read otherwise', () => {
  for (const word of words) {
    const [, quoted = ''] = /^exec \/bin\/sh -c (.*)$/s.exec(forLoginShell(`args ${quote(word)}`)) ?? [];
    assert.doesNotMatch(quoted.replaceAll("'\\''", ''), /[\\!\n]/);
  }
});

test('stdin is left to the command', () => {
  const request = forLoginShell("cat; printf '\\n'");
  const { stdout } = spawnSync('sh', ['-c', request], { input: 'data', encoding: 'utf8' });
  assert.equal(stdout, 'data\n');
});

test('a command that would be too long so is sent as it is', () => {
  const long = `args ${quote('!'.repeat(110_000))}`;
  assert.equal(forLoginShell(long), long);
});
