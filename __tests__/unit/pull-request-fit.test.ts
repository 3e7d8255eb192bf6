import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Target } from '../../src/config/target.ts';
import { fitComment, longestComment } from '../../src/report/pull-request/fit.ts';
import { after, closing, nothingOpen } from '../../src/report/pull-request/markdown-state.ts';
import { hostsOf, markerOf } from '../../src/report/pull-request/marker.ts';
import { renderTree, textOf } from './github-markdown.ts';

const marker = markerOf('shop', ['10.0.0.1']);
const whole = '[the summary of the run](https://github.com/acme/shop/actions/runs/1007)';

test('a marker is one comment that nobody sees, whatever the hosts are called', () => {
  const hostile = ['-->', '--!>', '<!--', '\n', '`', '"', '\\'];
  for (const host of hostile) assert.match(markerOf('shop', [host]), /^<!-- [\w ./-]+ -->$/);
  assert.match(marker, /^<!-- nginx-bluegreen plan [0-9a-f]{32} -->$/);
});

test('each app and set of hosts has its own marker, whatever their order', () => {
  assert.equal(markerOf('shop', ['a', 'b']), markerOf('shop', ['b', 'a']));
  const markers = [
    ['shop', ['a', 'b']],
    ['shop', ['ab']],
    ['shop', ['a,b']],
    ['shop', ['a']],
    ['shopa', ['b']],
    ['web', ['a', 'b']],
  ] as const;
  assert.equal(new Set(markers.map(([app, hosts]) => markerOf(app, hosts))).size, markers.length);
});

test('hosts are told apart by what the workflow names', () => {
  const role = (...values: string[]) => [{ name: 'tag:Role', values }];
  const region = 'eu-west-1';
  const targets: readonly Target[] = [
    { kind: 'address', address: 'shop.example.com' },
    { kind: 'instances', region, ids: ['i-0123456789abcdef0'] },
    { kind: 'filters', region, filters: role('web') },
    { kind: 'filters', region, filters: role('web', 'api') },
    { kind: 'filters', region: 'us-east-1', filters: role('web') },
  ];
  assert.equal(new Set(targets.map(one => markerOf('shop', hostsOf(one)))).size, targets.length);
});

test('a body that fits stays as it is', () => {
  const body = 'ü'.repeat(longestComment - marker.length - 1);
  assert.deepEqual(fitComment(marker, body, whole), { text: `${marker}\n${body}`, isCut: false });
  assert.equal(fitComment(marker, `${body}x`, whole).isCut, true);
});

test('a body that is too long ends after a line and says how much is missing and where the rest is', () => {
  const body = Array.from({ length: 9000 }, (_, index) => `- library-${index}.jar 🌈`).join('\n');
  const { text, isCut } = fitComment(marker, body, whole);
  assert.ok(isCut);
  const length = [...text].length;
  assert.ok(length <= longestComment && length > longestComment - 100, `${length} characters`);
  const lines = text.split('\n');
  assert.equal(lines[0], marker);
  const shown = lines.filter(line => line.startsWith('- library-'));
  assert.ok(body.startsWith(`${shown.join('\n')}\n`));
  assert.equal(
    lines.at(-1),
    `**Cut here: the last ${9000 - shown.length} of 9000 lines do not fit into a comment. All of them are in ${whole}.**`,
  );
});

test('what is open at the cut is closed', () => {
  const line = `${'x'.repeat(99)}\n`.repeat(900);
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [
      `<details><summary>A</summary>\n\n<details><summary>B</summary>\n\n${line}`,
      ['', '</details>', '', '</details>', ''],
    ],
    [
      `<details><summary>A</summary>\n\n\`\`\`\`text\n\`\`\`\n</details>\n${line}`,
      ['````', '', '</details>', ''],
    ],
    [`~~~diff\n<details>\n\`\`\`\n${line}`, ['~~~', '']],
    ['<details>\n</details>\n`<details>` ``` a ```\n'.concat(line), ['']],
  ];
  for (const [body, closed] of cases) {
    const lines = fitComment(marker, body, whole).text.split('\n');
    const end = lines.lastIndexOf('x'.repeat(99));
    assert.deepEqual(lines.slice(end + 1, -1), closed, body.slice(0, 60));
  }
});

test('a reader sees no marker, and the notice below all that was open', () => {
  const row = '| `a.jar` | <b>1.0</b> |\n';
  const body = `### The plan\n\n<details><summary>Libraries</summary>\n\n| Name | Version |\n| --- | --- |\n${row.repeat(4000)}\n</details>\n`;
  const { text, isCut } = fitComment(marker, body, whole);
  assert.ok(isCut);
  const page = renderTree(text);
  assert.doesNotMatch(textOf(page), /nginx-bluegreen plan/);
  const blocks = page.children.flatMap(one => (one.type === 'element' ? [one] : []));
  assert.deepEqual(
    blocks.map(({ tagName }) => tagName),
    ['h3', 'details', 'p'],
  );
  assert.match(
    textOf(page),
    /\nCut here: the last \d+ of 4008 lines do not fit .* the summary of the run\.$/,
  );
});

test('one endless line leaves the notice alone', () => {
  const { text } = fitComment(marker, 'x'.repeat(100_000), whole);
  assert.match(text, /^<!-- .* -->\n\n\*\*Cut here: the last 1 of 1 lines/);
});

test('whatever the body: the marker is the first line, the length is right, nothing stays open', () => {
  const piece = fc.constantFrom(
    '<details>',
    '</details>',
    '```',
    '````text',
    '~~~',
    '<!--',
    '-->',
    marker,
    '| a |',
    '🌈'.repeat(3000),
    '\r',
    '`<details>`',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 120 }), pieces => {
      const body = pieces.join('\n');
      const { text, isCut } = fitComment(marker, body, whole);
      assert.ok(text.startsWith(`${marker}\n`));
      assert.ok([...text].length <= longestComment);
      if (!isCut) return assert.equal(text, `${marker}\n${body}`);
      const end = text.split('\n').slice(1).reduce(after, nothingOpen);
      assert.deepEqual(closing(end), []);
      assert.match(text, /\n\*\*Cut here: [^\n]+$/);
    }),
    { numRuns: 300 },
  );
});
