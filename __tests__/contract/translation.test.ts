import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from './action-file.ts';
import { skeletonOf } from './translation.ts';

const english = readText('README.md');
const korean = readText('README.ko.md');

test('the Korean README has the headings, tables, code, pictures, links and lists of the English one', () => {
  const [theirs, ours] = [skeletonOf(english), skeletonOf(korean)];
  assert.ok(
    ours.headings.length > 10 && ours.tables.length > 5 && ours.blocks.length > 3 && ours.targets.length > 20,
  );
  assert.deepEqual(theirs, ours);
});

test('each README leads to the other', () => {
  assert.match(english, /\]\(README\.ko\.md\)/);
  assert.match(korean, /\]\(README\.md\)/);
});

test('the Korean README is Korean: every paragraph but code and quotations has Hangul', () => {
  const paragraphs = korean
    .replace(/```[\s\S]*?```|<picture>[\s\S]*?<\/picture>|<\/?details>/g, '')
    .split(/\n\n+/)
    .map(text => text.trim())
    .filter(text => text !== '' && !/^(?:#|>)/.test(text));
  assert.ok(paragraphs.length > 20);
  for (const paragraph of paragraphs) assert.match(paragraph, /\p{Script=Hangul}/u, paragraph);
});

const changes: readonly (readonly [what: string, from: string | RegExp, to: string])[] = [
  ['a heading of another level', /^## /m, '### '],
  ['a heading less', /^## .*\n/m, ''],
  ['a row less', /^\| `port-taken` .*\n/m, ''],
  ['a cell less', '| `ssh-port` | `22` |', '| `ssh-port` |'],
  ['another default', '| `ssh-port` | `22` |', '| `ssh-port` | `2222` |'],
  ['an input of another name', '| `ssh-port` |', '| `ssh-ports` |'],
  ['two rows in another order', /^(\| `blue-port` .*\n)(\| `green-port` .*\n)/m, '$2$1'],
  ['another number', '9,109,910', '9,109,911'],
  ['a word of code less in a row', '`disk-full`', 'disk-full'],
  ['another line of code', 'command: rollback', 'command: deploy'],
  ['a picture less', /<source media="\(prefers.*\n/, ''],
  ['a link elsewhere', '](docs/plan.md)', '](docs/status.md)'],
  ['an item of a list less', /^- .*\n/m, ''],
];

for (const [what, from, to] of changes) {
  test(`a translation that differs is found: ${what}`, () => {
    const changed = korean.replace(from, to);
    assert.notEqual(changed, korean);
    assert.notDeepEqual(skeletonOf(changed), skeletonOf(english));
  });
}
