import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawChart } from '../../bench/distance/chart.ts';
import { cellOf, checkBounds, type Deployed, ROUND_TRIPS, summarize } from '../../bench/distance/results.ts';
import { WAYS } from '../../bench/distance/way.ts';
import { putRows } from '../../bench/page.ts';

/** Three rounds in which the action adds 1, 2 and 3 s to an app's start of 3 s, and every other way `times` as much. */
const deploysAt = (times: number, failed = 0): readonly Deployed[] =>
  [1, 2, 3].flatMap((seconds, round) =>
    ROUND_TRIPS.flatMap(rttMs =>
      WAYS.map(way => ({
        way,
        rttMs,
        round,
        totalMs: 9000,
        servingMs: 3000 + seconds * 1000 * (way === 'action' ? 1 : times),
        startMs: 3000,
        sent: 1000,
        received: 1000,
        turns: 12,
        requests: 100,
        failed,
      })),
    ),
  );

test('a way is compared with the action of the same round, beyond the start of the app', () => {
  const cell = cellOf(summarize(deploysAt(11)), 180, 'ansible');
  assert.deepEqual([cell.beyondMs, cell.ratio, cell.requests], [22_000, 11, 300]);
  assert.equal(cellOf(summarize(deploysAt(11)), 180, 'action').ratio, 1);
});

test('every bound is kept when the others take long enough, and each that is missed is told', () => {
  const missed = (deploys: readonly Deployed[]) =>
    checkBounds(summarize(deploys)).flatMap(({ sentence, isKept }) => (isKept ? [] : [sentence]));
  assert.deepEqual(missed(deploysAt(10)), []);
  assert.equal(missed(deploysAt(9)).length, 1, 'Ansible at 180 ms');
  assert.equal(missed(deploysAt(6)).length, 2, 'and the script at 180 ms');
  assert.equal(missed(deploysAt(3)).length, 4, 'and both at 0 ms');
  assert.match(missed(deploysAt(10, 1)).join(), /^9 requests failed/);
});

test('the bars of the chart are as long as the times, in every look', () => {
  const cells = summarize(deploysAt(4));
  for (const look of ['light', 'dark', 'narrow'] as const) {
    const widths = (kind: string): readonly number[] =>
      [
        ...drawChart(cells, look).matchAll(
          new RegExp(`<rect class="${kind}" .*width="([\\d.]+)" height="14"`, 'g'),
        ),
      ].map(([, width]) => Number(width));
    const [action = 0] = widths('action');
    assert.ok(action > 20);
    assert.deepEqual(new Set(widths('action')), new Set([action]));
    assert.equal(widths('other').length, 9);
    for (const width of widths('other')) assert.ok(Math.abs(width / action - 4) < 0.02, `${width}`);
    for (const width of widths('start')) assert.ok(Math.abs(width / action - 1.5) < 0.01, `${width}`);
  }
});

test('the rows of a table are put below its head, and a page without it is refused', () => {
  const page = 'before\n<!-- far -->\n| A | B |\n| --- | ---: |\n| old | 1 |\n<!-- /far -->\nafter\n';
  const put = putRows(page, 'far', [['x', '$1']]);
  assert.equal(put, 'before\n<!-- far -->\n| A | B |\n| --- | ---: |\n| x | $1 |\n<!-- /far -->\nafter\n');
  assert.equal(putRows(put, 'far', [['x', '$1']]), put);
  assert.throws(() => putRows('nothing', 'far', []), /no table/);
});
