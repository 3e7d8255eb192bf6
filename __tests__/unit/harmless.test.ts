import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { harmless, inert } from '../../src/report/log.ts';

/**
 * How actions/runner finds a command in a line of output (ActionCommand.cs, both versions), also where its comparison
 * passes over what cannot be seen.
 */
const isCommand = (line: string): boolean =>
  [line, line.replace(/[\0\p{Default_Ignorable_Code_Point}]/gu, '')].some(
    one => one.trimStart().startsWith('::') || one.includes('##['),
  );

test('nothing that the runner takes for a command stays one', () => {
  for (const line of [
    '::error::x',
    '  ::set-output name=a::b',
    '\t::add-mask::x',
    '\u001b[0m::error::x',
    '\u00a0::error::x',
    '##[error]x',
    'text ##[group]x',
    '##\u001b[0m[error]x',
    '##\u0000[error]x',
    '\u0000::error::x',
    '\ufeff::error::x',
    '##\u2060[error]x',
    '#\u200b#\ufeff[error]x',
    ':\u200b:error::x',
  ]) {
    assert.ok(!isCommand(harmless(line)), JSON.stringify(harmless(line)));
  }
});

test('no line at all is a command, or more than one line', () => {
  const part = fc.constantFrom('::', '##', '[', 'error', ' ', '\u001b[0m', '\n', '\r', '\0', 'x', '\u001b');
  const line = fc.array(part, { maxLength: 12 }).map(parts => parts.join(''));
  fc.assert(
    fc.property(line, text => {
      const plain = harmless(text);
      assert.ok(!isCommand(plain));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      assert.doesNotMatch(plain, /[\0-\x08\x0a-\x1f\x7f]/);
    }),
    { numRuns: 2000 },
  );
});

test('what people want to read stays: tabs, umlauts, brackets; colors and bells go', () => {
  assert.equal(harmless('\u001b[1;31mat\u001b[0m\tsrc\u0007 [ünï] a::b'), '| at\tsrc [ünï] a::b');
  assert.equal(harmless(''), '| ');
});

test('a line is cut at 2,000 characters', () => {
  assert.equal(harmless('x'.repeat(5000)).length, 2002);
});

test('what ends a line or turns its direction elsewhere than on the runner goes too', () => {
  assert.equal(harmless('a\u2028b\u2029c\x85d\x9b31me\u202ef\u2066g\u200fh'), '| abcdefgh');
  assert.equal(harmless('👩‍👩‍👧 می‌خواهم'), '| 👩‍👩‍👧 می‌خواهم');
});

test('text of ours that quotes others is no command in any of its lines, and stays as it is otherwise', () => {
  for (const text of [
    '::error::x',
    'a\n::error::x',
    'a\r\t::error::x',
    'a ##[error]x',
    '\u200b::x::',
    ':\u200b:x::',
  ])
    for (const line of inert(text).split('\n')) assert.ok(!isCommand(line), JSON.stringify(line));
  assert.equal(inert('not reached yet (a: b::c)\nonce more'), 'not reached yet (a: b::c)\nonce more');
});
