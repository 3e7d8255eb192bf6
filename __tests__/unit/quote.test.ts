import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { quote } from '../../src/host/quote.ts';

const shells = [['dash'], ['busybox', 'sh'], ['sh']] as const;

const nasty = [
  '',
  ' ',
  '\n',
  'a\nb\n',
  "'",
  "''",
  "a'b'c",
  '"',
  '`id`',
  '$(id)',
  '$HOME',
  '$\u007bx}',
  '\\',
  '\\n',
  "\\'",
  '-n',
  '--',
  '-e a',
  '*',
  '[a-z]?',
  '~',
  '~root',
  '#x',
  '!x',
  '{a,b}',
  'a;b',
  'a|b&c',
  '<x>',
  'KEY=value',
  '\t\r\u0007\u001b[0m\u007f',
  'ünï ☕ 𝄞',
  '%s%d\\0',
];

/** What the shell makes of the quoted words, each ended by NUL. */
function throughShell([command, ...first]: readonly [string, ...string[]], words: readonly string[]): Buffer {
  const lines = words.map(word => `printf '%s\\0' ${quote(word)}\n`);
  return execFileSync(command, first, { input: lines.join(''), cwd: '/usr/bin' });
}

for (const shell of shells) {
  test(`${shell.join(' ')} gives back every word byte for byte`, () => {
    const anyWord = fc.string({ unit: 'grapheme', maxLength: 40 });
    const shellish = fc.string({
      unit: fc.constantFrom(...'\'"`$(){}\\*?[]~#!;&|<>= \n\t-ab'.split('')),
      maxLength: 30,
    });
    const word = fc.oneof(anyWord, shellish, fc.constantFrom(...nasty)).filter(one => !one.includes('\0'));
    const check = (words: readonly string[]) =>
      assert.deepEqual(throughShell(shell, words), Buffer.from(words.map(one => `${one}\0`).join('')));
    check(nasty);
    fc.assert(fc.property(fc.array(word, { minLength: 50, maxLength: 200 }), check), { numRuns: 25 });
  });
}

test('a plain word stays readable, any other stands in single quotes', () => {
  assert.equal(quote('blue-port=8081'), 'blue-port=8081');
  assert.equal(quote('health-path=/a/b?c=d'), "'health-path=/a/b?c=d'");
  assert.equal(quote(''), "''");
  assert.equal(quote("it's"), `'it'\\''s'`);
});

test('NUL cannot be in an argument and is refused', () => {
  assert.throws(() => quote('a\0b'), RangeError);
});
