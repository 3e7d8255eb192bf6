import assert from 'node:assert/strict';
import { test } from 'node:test';
import { putSections } from '../../bench/page.ts';
import { writeSection } from '../../bench/report.ts';

const made = { command: 'node bench/run.ts one', date: '2026-11-23', machine: '2 cores' };
const section = (title: string, number: number) =>
  writeSection(
    { title, method: 'How.', meaning: 'So.', columns: ['A', 'B'], rows: [['x', number]], missed: [] },
    made,
  );

test('a section replaces the one with its title where it stood, and a new one comes last', () => {
  const first = putSections('', [section('One', 1), section('Two', 2)]);
  const page = putSections(first, [section('Three', 3), section('One', 1111)]);
  assert.deepEqual(page.match(/^## .*/gm), ['## One', '## Two', '## Three']);
  assert.match(page, /\| x \| 1,111 \|/);
  assert.doesNotMatch(page, /\| x \| 1 \|/);
  assert.equal(putSections(page, [section('Two', 2)]), page, 'the same again changes nothing');
});

test('a section tells its command and every bound it missed', () => {
  const missed = { title: 'T', method: 'M', meaning: 'N', columns: ['A'], rows: [[1]], missed: ['too slow'] };
  const text = writeSection(missed, made);
  assert.match(text, /\*\*Missed:\*\* too slow\./);
  assert.match(text, /Measured on 2026-11-23 by `node bench\/run\.ts one`: 2 cores\./);
});
