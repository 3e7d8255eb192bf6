import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyReport } from '../../src/report/host-report.ts';
import { summarize } from '../../src/report/summary.ts';
import { elementsOf, referencesIn, renderTree, textOf } from './github-markdown.ts';
import { deployed, failingWith, unhealthy } from './made-reports.ts';

test('the first line says what happened, where, and what is live', () => {
  assert.equal(
    summarize('shop', [deployed]).split('\n')[0],
    '### ✅ shop deployed on `shop.example.com`: `20261122T214500Z-0a1b2c3d` is live (green, port 8082).',
  );
  assert.equal(
    summarize('shop', [unhealthy]).split('\n')[0],
    '### ❌ shop not deployed on `shop.example.com`: start failed (unhealthy)',
  );
  const reverted = summarize('shop', [{ ...unhealthy, outcome: 'reverted' }]);
  assert.match(reverted, /^### ❌ shop: the switch was taken back on/);
  assert.match(summarize('shop', [{ ...deployed, outcome: 'unchanged' }]), /^### ✅ shop unchanged on/);
});

test('a failure says where the traffic is before what happened, and what to do after it', () => {
  const text = summarize('shop', [unhealthy]);
  const places = [
    '**Traffic goes to blue.**',
    'It was not healthy',
    'What to do: Look at the log.',
    '<details>',
  ];
  const found = places.map(one => text.indexOf(one));
  assert.ok(!found.includes(-1), text);
  assert.deepEqual(
    found,
    found.toSorted((a, b) => a - b),
  );
});

test('evidence is folded, each under its own title', () => {
  const text = summarize('shop', [unhealthy]);
  assert.ok(
    text.includes('<details><summary>last log lines</summary>\n\n```text\none\ntwo\n```\n\n</details>'),
  );
  assert.ok(text.includes('<summary>last probe</summary>'));
});

test('times, sizes and findings of a deploy are in it', () => {
  const text = summarize('shop', [deployed]);
  for (const part of [
    '| switch | 1.5 s |',
    '| connect | 0 ms |',
    '| Sent | 20.0 MiB |',
    '| Healthy after | 4.2 s |',
    '| Drain | 1.1 s, nothing was left open |',
    '| Whole command | 12.3 s |',
    '- location / does not set Host',
    'switch (1.5 s) : 310, 1810',
    'connect (0 ms) : 300, 301',
  ]) {
    assert.ok(text.includes(part), part);
  }
});

test('what is not known has no row', () => {
  const text = summarize('shop', [{ ...emptyReport('deploy'), outcome: 'unchanged' }]);
  assert.doesNotMatch(text, /undefined|null|NaN|Healthy after|Instance|Sent|mermaid/);
});

test('what makes a reload lossy is a list of its own, where there is one', () => {
  const advice = ['A reload closes kept-alive connections.', 'worker_shutdown_timeout 5s cuts.'];
  const text = summarize('shop', [{ ...deployed, reloads: 1, reloadAdvice: advice }]);
  assert.match(
    text,
    /\*\*What a reload of this nginx loses\*\*\n\n- A reload closes kept-alive connections\.\n- worker\\_shutdown/,
  );
  assert.doesNotMatch(summarize('shop', [deployed]), /What a reload/);
});

test('text of others in a message, a finding or a title is no markup', () => {
  const hostile =
    '# x <img src=x onerror=y> [a](http://evil) ![b](c) **d** `e` | f\n## g ~~h~~ \\ @alice #12';
  const texts = [
    summarize('shop', [failingWith({ message: hostile, evidence: [{ title: hostile, lines: ['x'] }] })]),
    summarize('shop', [{ ...deployed, findings: [hostile] }]),
    summarize('shop', [{ ...deployed, reloadAdvice: [hostile] }]),
  ];
  for (const text of texts) {
    const tree = renderTree(text);
    assert.deepEqual(elementsOf(tree, 'img', 'h1', 'h2', 'del', 'script'), [], text);
    assert.ok(!elementsOf(tree, 'a').some(one => textOf(one) === 'a'), text);
    assert.ok(!elementsOf(tree, 'strong', 'code').some(one => /^[de]$/.test(textOf(one))), text);
    assert.deepEqual(referencesIn(tree), []);
  }
});

test('log lines of the app cannot leave their fold', () => {
  const lines = [
    '```',
    '</details><script>x</script>',
    '````text',
    '\u001b[31mred\u001b[0m',
    '# title',
    '~~~',
  ];
  const text = summarize('shop', [failingWith({ evidence: [{ title: 'log', lines }] })]);
  const [, inside = '', after = ''] = /`````text\n([\s\S]*?)\n`````([\s\S]*)$/.exec(text) ?? [];
  assert.equal(inside, '```\n</details><script>x</script>\n````text\nred\n# title\n~~~');
  assert.equal(after, '\n\n</details>\n');
});

test('what the log says most of the failure is in sight, between what happened and what to do', () => {
  const text = summarize('shop', [failingWith({ cause: ['Caused by: x', '```', 'at <b>y</b>'] })]);
  assert.ok(
    text.includes('\n\nIts log says:\n\n````text\nCaused by: x\n```\nat <b>y</b>\n````\n\nWhat to do'),
    text,
  );
  assert.doesNotMatch(summarize('shop', [unhealthy]), /Its log says/);
});

test('no line of a message begins a list, a heading or a row, and a name in a table is one cell', () => {
  const text = summarize('a|b', [
    { ...failingWith({ message: '- a\r=== b\n1. c\n    d &lt; e' }), previousRelease: 'x|y`z\u2028' },
  ]);
  assert.ok(text.includes('\\- a<br>\\=== b<br>1\\. c<br>d &amp;lt; e'), text);
  assert.ok(text.includes("| Previous release | `x¦y'z` |"), text);
  assert.ok(text.startsWith('### ❌ a\\|b not'), text);
});
