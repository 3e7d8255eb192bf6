import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asHtml, asText, code, fence, fold, list } from '../../src/report/markdown.ts';
import { elementsOf, referencesIn, renderHtml, renderTree, textOf } from './github-markdown.ts';

/** Texts made of what means something in Markdown or HTML. */
const marks = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '*',
          '**',
          '_',
          '`',
          '```',
          '~~',
          '[a](b)',
          '![a](b)',
          '<b>',
          '</details>',
          '<!--',
          '&lt;',
          '&',
          '#',
        ],
        ...[
          '@alice',
          '#12',
          'gh-7',
          '|',
          '\\',
          '- ',
          '1. ',
          '> ',
          '$$',
          '    ',
          ': ',
          '---',
          '==',
          '[^1]',
          'x',
          ' ',
        ],
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map(parts => parts.join(''));

const withoutWidth = (text: string): string => text.replaceAll('\u200b', '');
const asSeen = (text: string): string => text.replace(/\s+/g, ' ').trim();

test('text of others is read as the very text it is, and is nothing else', () => {
  fc.assert(
    fc.property(marks, text => {
      fc.pre(/^[\x20-\x7e]*$/.test(text) && text.trim() !== '');
      const tree = renderTree(
        `Noticed: ${asText(text)}\n\n${asText(text)}\n\n| a |\n| --- |\n| ${asText(text)} |\n`,
      );
      assert.equal(elementsOf(tree, 'p').length, 2);
      assert.deepEqual(
        elementsOf(tree, 'p', 'td').map(one => asSeen(withoutWidth(textOf(one)))),
        [`Noticed: ${asSeen(text)}`, asSeen(text), asSeen(text)].map(asSeen),
      );
      const names = elementsOf(
        tree,
        'em',
        'strong',
        'del',
        'code',
        'a',
        'img',
        'b',
        'details',
        'li',
        'h1',
        'h2',
        'hr',
      );
      assert.deepEqual(names, []);
      assert.deepEqual(referencesIn(tree), []);
    }),
    { numRuns: 1000 },
  );
});

test('a name in code is one piece of code, in a sentence and in a table', () => {
  fc.assert(
    fc.property(marks, name => {
      fc.pre(code(name) !== '');
      const tree = renderTree(`See ${code(name)}.\n\n| a | b |\n| --- | --- |\n| ${code(name)} | x |\n`);
      assert.equal(elementsOf(tree, 'code').length, 2);
      assert.deepEqual(
        elementsOf(tree, 'td').map(one => one.children.length),
        [1, 1],
      );
      assert.deepEqual(referencesIn(tree), []);
    }),
    { numRuns: 1000 },
  );
});

test('nothing that is folded leaves its fold, whatever its title and its lines are', () => {
  fc.assert(
    fc.property(marks, fc.array(marks, { maxLength: 5 }), (title, lines) => {
      const tree = renderTree(`${fold(title, fence(lines, 'diff'))}\n\nafter\n`);
      const [details, ...others] = elementsOf(tree, 'details');
      assert.ok(details !== undefined && others.length === 0);
      assert.deepEqual(elementsOf(details, 'pre').length, 1);
      assert.deepEqual(elementsOf(tree, 'p').map(textOf), ['after']);
      assert.deepEqual(referencesIn(tree), []);
    }),
    { numRuns: 500 },
  );
});

test('what is code keeps its marks, what is a title of HTML shows no backslashes', () => {
  assert.match(
    renderHtml(`${fold('a_b *c* <d> @e', 'x')}\n`),
    /<summary>a_b \*c\* &#x3C;d> @\u200be<\/summary>/,
  );
  assert.equal(asHtml('"&'), '&quot;&amp;');
  assert.equal(code('a|b`c'), "`a¦b'c`");
  assert.equal(code(' \u202e'), '');
});

test('of addresses only the page of a run becomes a link', () => {
  const page = 'https://github.com/acme/shop/actions/runs/7';
  const tree = renderTree(asText(`See ${page}, https://evil.example/x and ${page}/../../../x (${page}).`));
  assert.deepEqual(
    elementsOf(tree, 'a').map(one => one.properties.href),
    [page, page],
  );
});

test('a list has one item a text', () => {
  const items = elementsOf(renderTree(list(['- a', '1. b\nc', '# d'])), 'li').map(textOf);
  assert.deepEqual(items.map(withoutWidth), ['- a', '1. b\nc', '# d']);
});
