import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SetupStep } from '../../src/report/setup.ts';
import { setupMarkdown } from '../../src/report/setup-markdown.ts';
import { renderHtml } from './github-markdown.ts';

const step = (changes: Partial<SetupStep>): SetupStep => ({
  name: 'site',
  will: '',
  did: '',
  there: '',
  ...changes,
});

const rowOf = (changes: Partial<SetupStep>): string =>
  setupMarkdown({ steps: [step(changes)], tutorial: [] }).split('\n')[2] ?? '';

test('a row tells what was done, what was there, or what was not done after all', () => {
  assert.equal(rowOf({ will: 'write it', did: 'wrote it' }), '| site | **wrote it** |');
  assert.equal(rowOf({ there: 'it is there' }), '| site | nothing to do: it is there |');
  assert.equal(rowOf({ will: 'start it', there: 'it runs' }), '| site | nothing to do: it runs |');
  assert.equal(rowOf({ will: 'write it' }), '| site | not done: write it |');
});

test('what a host says stays one cell, and is text', () => {
  const hostile = 'a | b\n| c | d | <img src=x> [x](https://evil.example) @octocat **bold** `code`';
  const html = renderHtml(
    setupMarkdown({ steps: [step({ did: hostile }), step({ there: 'fine' })], tutorial: [] }),
  );
  assert.equal(html.match(/<tr>/g)?.length, 3);
  assert.equal(html.match(/<td[ >]/g)?.length, 4);
  assert.doesNotMatch(html, /<img|<a |<code>|user-mention|href=/);
});
