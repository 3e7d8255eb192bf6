import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { harmless } from '../../src/report/log.ts';

/** How actions/runner finds a command in a line of output (ActionCommand.cs, both versions). */
const isCommand = (line: string): boolean => line.trimStart().startsWith('::') || line.includes('##[');

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
