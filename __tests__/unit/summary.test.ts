import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyReport, type HostReport } from '../../src/report/host-report.ts';
import { summarize } from '../../src/report/summary.ts';
import { elementsOf, referencesIn, renderTree, textOf } from './github-markdown.ts';
import { deployed, failingWith, unhealthy } from './made-reports.ts';

const origin = {
  repository: 'acme/shop',
  ref: 'refs/heads/main',
  commit: 'abc1234'.padEnd(40, '0'),
  actor: 'alice',
  runUrl: 'https://github.com/acme/shop/actions/runs/1007',
};
const page = `https://github.com/acme/shop/commit/${origin.commit}`;

/** What a reader sees of the first line. */
const firstLine = (text: string): string =>
  textOf(elementsOf(renderTree(text), 'h2', 'h3')[0] ?? renderTree(''));

test('the first line says what happened, what is live and where, whose commit it is, and what clients saw', () => {
  const release = 'release 20261122T214500Z-0a1b2c3d (commit abc1234 by alice)';
  const first = (changes: Partial<HostReport>): string =>
    firstLine(summarize('shop', [{ ...deployed, origin, ...changes }]));
  assert.equal(
    first({}),
    `✅ shop deployed: ${release} is live on shop.example.com (green, port 8082); 12,345 requests, 0 failed`,
  );
  assert.equal(
    first({ command: 'rollback', outcome: 'rolled-back', reloads: 1, tcpResets: 26 }),
    `✅ shop rolled back: ${release} is live on shop.example.com (green, port 8082); 12,345 requests, 0 failed, and at most 26 more were reset`,
  );
  assert.match(
    first({ outcome: 'unchanged', traffic: undefined }),
    /^✅ shop unchanged: .* stays live on .*nothing was done$/,
  );
  assert.match(first({ command: 'status', outcome: 'unchanged', traffic: undefined }), /^✅ shop is well: /);
  assert.match(first({ command: 'plan', outcome: 'planned' }), /^📋 shop planned, nothing was changed: /);
  assert.ok(deployed.traffic);
  assert.match(first({ traffic: { ...deployed.traffic, failed: 3 } }), /^⚠️ .*; 12,345 requests, 3 failed$/);
  assert.match(
    first({ traffic: { ...deployed.traffic, requests: 0 } }),
    /; no request came during the switch$/,
  );
});

test('the first line of a failure says where the traffic is, whatever the command was', () => {
  const first = (changes: Partial<HostReport>): string =>
    firstLine(summarize('shop', [{ ...unhealthy, ...changes }]));
  assert.equal(first({}), '❌ shop not deployed to shop.example.com: Traffic goes to blue.');
  assert.match(first({ outcome: 'reverted' }), /^❌ shop was taken back on shop.example.com: Traffic goes/);
  assert.match(first({ command: 'rollback' }), /^❌ shop not rolled back on .*: Traffic goes/);
  assert.match(first({ command: 'status' }), /^❌ shop is not well on .*: Traffic goes/);
  assert.match(first({ command: 'plan', host: '' }), /^❌ shop could not be planned: Traffic goes/);
});

test('releases have their commits and runs as links, and what was attempted is told where it is not live', () => {
  const attempted = { release: '20261122T214500Z-0a1b2c3d', origin };
  const text = summarize('shop', [{ ...unhealthy, origin: { ...origin, actor: '@bob' }, attempted }]);
  const tree = renderTree(text);
  const links = elementsOf(tree, 'a').map(one => one.properties.href);
  assert.deepEqual(new Set(links), new Set([page, origin.runUrl]));
  assert.deepEqual(referencesIn(tree), []);
  assert.match(text, /^\| Attempted \| `20261122T214500Z-0a1b2c3d` · commit /m);
  const same = summarize('shop', [{ ...deployed, attempted }]);
  assert.doesNotMatch(same, /Attempted/);
  assert.deepEqual(elementsOf(renderTree(same), 'a').map(textOf), ['https://shop.example.com']);
  const evil = { ...origin, runUrl: 'https://evil.example/x)[y](http://z' };
  assert.deepEqual(
    elementsOf(renderTree(summarize('shop', [{ ...deployed, origin: evil, url: '' }])), 'a'),
    [],
  );
});

test('several hosts have a table of all of them first', () => {
  const text = summarize('shop', [deployed, { ...unhealthy, host: '10.0.0.2' }]);
  assert.equal(firstLine(text), '❌ shop: 1 of 2 hosts failed');
  const rows = elementsOf(renderTree(text), 'tr')
    .slice(1, 3)
    .map(row => elementsOf(row, 'td').map(textOf));
  assert.deepEqual(rows, [
    [
      '✅ deployed',
      'shop.example.com',
      '20261122T214500Z-0a1b2c3d (green, port 8082)',
      '12,345',
      '0',
      '12.3 s',
    ],
    ['❌ unhealthy', '10.0.0.2', '20261121T101010Z-ffffffff (blue, port 8081)', '', '', '120.0 s'],
  ]);
  assert.equal(firstLine(summarize('shop', [deployed, deployed])), '✅ shop: all 2 hosts are well');
});

test('a failure says where the traffic is before what happened, and what to do after it', () => {
  const text = summarize('shop', [unhealthy]);
  const places = [
    'Traffic goes to blue.',
    '**start failed (unhealthy):** It was not healthy',
    '**What to do:** Look at the log.',
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
    ' · connect 0 ms · switch 1.5 s |',
    '| Sent | 20.0 MiB |',
    '| Healthy after | 4.2 s |',
    '| Drain | 1.1 s, nothing was left open |',
    '| Time | **12.3 s** · ',
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
    /<summary>What a reload of this nginx loses<\/summary>\n\n- A reload closes kept-alive connections\.\n- worker\\_shutdown/,
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
    text.includes('\n\nIts log says:\n\n````text\nCaused by: x\n```\nat <b>y</b>\n````\n\n**What to do:**'),
    text,
  );
  assert.doesNotMatch(summarize('shop', [unhealthy]), /Its log says/);
});

test('no line of a message begins a list, a heading or a row, and a name in a table is one cell', () => {
  const text = summarize('a|b', [
    { ...failingWith({ message: '- a\r=== b\n1. c\n    d &lt; e' }), previousRelease: 'x|y`z\u2028' },
  ]);
  assert.ok(text.includes('\\- a<br>\\=== b<br>1\\. c<br>d &amp;lt; e'), text);
  assert.ok(text.includes("| Before | `x¦y'z` |"), text);
  assert.ok(text.startsWith('### ❌ a\\|b not'), text);
});

test('a rollback says which release was left, and how it is deployed again', () => {
  const rolledBack: HostReport = {
    ...deployed,
    command: 'rollback',
    outcome: 'rolled-back',
    previousOrigin: origin,
  };
  const text = summarize('shop', [rolledBack]);
  assert.match(text, /^`20261121T101010Z-ffffffff` was left, .* start \[`run 1007`\]\(\S+\/1007\) again\.$/m);
  assert.match(text, /^\| Left \| `20261121T101010Z-ffffffff` · commit /m);
  assert.match(
    summarize('shop', [{ ...rolledBack, previousOrigin: undefined }]),
    /on purpose, deploy its commit\./,
  );
  assert.doesNotMatch(summarize('shop', [deployed]), /` was left/);
  const why = summarize('shop', [{ ...rolledBack, rollbackReason: 'orders *fail*' }]);
  assert.match(why, /` was left \(orders \\\*fail\\\*\), and/);
});
