import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostStatus } from '../../src/report/host-status.ts';
import { statusMarkdown } from '../../src/report/status-markdown.ts';
import { statusLines } from '../../src/report/status-text.ts';
import { elementsOf, referencesIn, renderTree, textOf } from './github-markdown.ts';
import { madeStatus } from './made-status.ts';

/** The cells of every row, as a reader sees them. */
const rowsOf = (status: HostStatus): readonly (readonly string[])[] =>
  elementsOf(renderTree(statusMarkdown(status)), 'tr').map(row => elementsOf(row, 'th', 'td').map(textOf));

test('both colors are beside each other, the live one first, with what a person looks for', () => {
  const rows = new Map(rowsOf(madeStatus).map(([name = '', ...cells]) => [name, cells]));
  assert.deepEqual(rows.get(''), ['live: green, port 8082', 'idle: blue, port 8081']);
  assert.deepEqual(rows.get('Release'), ['20261122T214500Z-0a1b2c3d', '20261121T101010Z-ffffffff']);
  assert.deepEqual(rows.get('Commit'), ['commit abc1234 by alice', 'commit 99f1234 by bob']);
  assert.deepEqual(rows.get('Live since'), ['2026-11-22 21:45 UTC', '']);
  assert.deepEqual(rows.get('Health'), ['✅ healthy (200)', '']);
  assert.deepEqual(rows.get('Not to go back to'), ['', 'rolled back: prices were wrong']);
  assert.deepEqual(rows.get('Front door'), ['proven: answered by process 4711 on port 8082']);
  assert.deepEqual(rows.get('Lock'), ['free']);
  assert.deepEqual(rows.get('Disk'), ['██████░░░░ 60% used, 20.0 GiB of 50.0 GiB free']);
});

test('the history has an outcome, a commit and a run a row', () => {
  const rows = rowsOf(madeStatus).slice(-4);
  assert.deepEqual(
    rows.map(([icon, , what]) => [icon, what]),
    [
      ['✅', 'deployed'],
      ['❌', 'failed (unhealthy)'],
      ['⏪', 'rolled-back: prices were wrong'],
      ['❓', 'lost'],
    ],
  );
  assert.deepEqual(rows[0]?.slice(3), [
    '20261122T214500Z-0a1b2c3d',
    'commit abc1234 by alice',
    '14.9 s',
    '0 of 12,345',
    '1007',
  ]);
  assert.deepEqual(rows[3]?.slice(4), ['', '', '', '']);
});

test('what is amiss stands before the tables, in the log after them', () => {
  const status: HostStatus = {
    ...madeStatus,
    frontDoor: { proof: 'mismatch', seen: 'answered by nobody' },
    holder: { who: 'acme/shop by bob', since: '2026-11-22T21:45:00Z' },
    switching: {
      state: 'baking',
      release: '20261122T214500Z-0a1b2c3d',
      from: 'blue',
      to: 'green',
      since: '',
      msLeft: 3000,
      isLookedAfter: false,
    },
    drift: ['live.conf was changed by hand'],
  };
  assert.match(statusMarkdown(status), /^\*\*Drift\*\*\n\n- live\.conf was changed by hand\n\n\|/);
  const lines = statusLines(status).join('\n');
  assert.match(lines, /^Lock +acme\/shop by bob, since 2026-11-22 21:45 UTC$/m);
  assert.match(
    lines,
    /^Switch +baking to 20261122T214500Z-0a1b2c3d \(green\), 3\.0 s left; nobody looks after it$/m,
  );
  assert.match(lines, /\n! live\.conf was changed by hand$/);
});

test('in the log every column begins at one place', () => {
  const lines = statusLines(madeStatus);
  const head = lines.findIndex(line => line.includes('When'));
  const at = lines[head]?.indexOf('When') ?? -1;
  for (const line of lines.slice(head + 1))
    assert.match([...line].slice(at - 1).join(''), /^2026-11-22 21:45 UTC/);
  const [first = '', release = ''] = lines;
  assert.equal(first.indexOf('live: green'), release.indexOf('20261122T214500Z'));
});

test('hostile texts of a host stay one cell each, and are no markup', () => {
  const evil = '|x](//y) <img src=x> @alice #1\n# h `c`';
  const [live, idle] = madeStatus.colors;
  assert.ok(live && idle);
  const status: HostStatus = {
    ...madeStatus,
    colors: [
      { ...live, release: evil, actor: evil, commit: evil, runUrl: evil, health: evil, bad: evil },
      idle,
    ],
    frontDoor: { proof: 'proven', seen: evil },
    holder: { who: evil, since: evil },
    nginx: { state: evil, version: evil },
    drift: [evil],
    missing: [evil],
    history: madeStatus.history.map(one => ({
      ...one,
      outcome: evil,
      release: evil,
      runUrl: evil,
      at: evil,
    })),
  };
  const tree = renderTree(statusMarkdown(status));
  assert.deepEqual(elementsOf(tree, 'img', 'h1'), []);
  assert.deepEqual(elementsOf(tree, 'a').map(textOf), ['99f1234'], 'only what is not hostile is a link');
  assert.deepEqual(referencesIn(tree), []);
  const widths = elementsOf(tree, 'table').map(
    one => new Set(elementsOf(one, 'tr').map(row => elementsOf(row, 'th', 'td').length)).size,
  );
  assert.deepEqual(widths, [1, 1, 1]);
  assert.equal(elementsOf(tree, 'tr').length, rowsOf(madeStatus).length);
});
