import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitLines } from '../../src/ssh/lines.ts';

function linesOf(...chunks: readonly (string | Buffer)[]): readonly string[] {
  const lines: string[] = [];
  const take = splitLines(line => lines.push(line));
  for (const chunk of chunks) take(Buffer.from(chunk));
  return lines;
}

test('lines come whole, however their bytes are cut into chunks', () => {
  const text = fc.array(
    fc.string({ unit: 'grapheme', maxLength: 20 }).map(one => one.replace(/[\r\n]/g, '')),
    { minLength: 1, maxLength: 20 },
  );
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 10 });
  fc.assert(
    fc.property(text, cuts, (lines, places) => {
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      const ends = [...places, bytes.length].filter(one => one <= bytes.length).toSorted((a, b) => a - b);
      const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
      assert.deepEqual(linesOf(...chunks), lines);
    }),
  );
});

test('a carriage return before the end of a line is taken away, elsewhere it stays', () => {
  assert.deepEqual(linesOf('a\r\nb\rc\n\r\n'), ['a', 'b\rc', '']);
  assert.deepEqual(linesOf('a\r', '\nb\n'), ['a', 'b']);
});

test('a line is told when it ends, not before', () => {
  assert.deepEqual(linesOf('a', 'b'), []);
  assert.deepEqual(linesOf('a', 'b\n'), ['ab']);
});

test('bytes that are no UTF-8 do no harm', () => {
  assert.deepEqual(linesOf(Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x0a])), ['a\ufffd\ufffdb']);
  assert.deepEqual(linesOf(Buffer.from([0xe2, 0x98]), Buffer.from([0x95, 0x0a])), ['☕']);
});

test('megabytes without a line end become one line of 64 KiB, and the next line is whole', () => {
  const chunks = Array.from({ length: 128 }, () => 'x'.repeat(65_536));
  const lines = linesOf('first\n', ...chunks, 'rest of it\nnext\n');
  assert.deepEqual(
    lines.map(line => line.length),
    [5, 65_536, 4],
  );
  assert.equal(lines.at(-1), 'next');
});

test('a long line in one chunk with its end is cut as well', () => {
  const lines = linesOf(`${'x'.repeat(200_000)}\nnext\n`);
  assert.deepEqual([lines[0]?.length, lines[1]], [65_536, 'next']);
});
