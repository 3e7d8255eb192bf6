import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { countLost, countOutlasted, FULL_LOAD } from '../../bench/full-load.ts';
import { sum } from '../../bench/statistics.ts';
import { startLoad } from '../../sandbox/load/load.ts';
import type { LoadResult } from '../../sandbox/load/result.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import { assertDeployed, assertNothingLeft, describeOnHost, type Target } from './target.ts';

const DEPLOYS = 10;
const colors = ['green', 'blue'] as const;

/** Deploys 10 times in a row under everything a busy site has in flight; other tests run on the same cores. */
async function deployInARow(
  target: Target,
  mode: 'instant' | 'reload',
): Promise<{ readonly runs: readonly ActionRun[]; readonly load: LoadResult }> {
  const inputs = { switch: mode, 'drain-timeout': '8s' };
  assertDeployed(await target.deploy('v0', inputs), 'blue');
  const load = await startLoad(target.url, { ...FULL_LOAD, rate: 800 });
  const runs: ActionRun[] = [];
  try {
    await sleep(1000);
    for (let turn = 1; turn <= DEPLOYS; turn++) {
      const run = await target.deploy(`v${turn}`, inputs);
      assertDeployed(run, colors[(turn - 1) % 2] ?? 'blue');
      runs.push(run);
    }
    await sleep(1000);
  } finally {
    await load.stop();
  }
  return { runs, load: await load.finished };
}

/** The load was what it was meant to be, all the while, and each release was seen. */
function assertFullLoad(load: LoadResult): void {
  const versions = Array.from({ length: DEPLOYS + 1 }, (_, turn) => `v${turn}`);
  assert.deepEqual(Object.keys(load.versions), versions);
  assert.ok(load.requests >= 20_000, `${load.requests} requests`);
  assert.ok(load.posts.requests >= 4_000, `${load.posts.requests} posts`);
  assert.ok(load.fresh.requests >= 800, `${load.fresh.requests} new connections`);
  assert.ok(load.slow.requests >= 100, `${load.slow.requests} slow requests`);
  assert.ok(load.uploads.requests >= 10, `${load.uploads.requests} uploads`);
  const outlasted = countOutlasted(DEPLOYS, load);
  assert.ok(
    outlasted >= 1,
    `${load.throttledUploads.requests} throttled uploads outlasted no drain for sure`,
  );
  // All four are on the release that is stopped, each time.
  assert.ok(load.webSockets.cuts >= DEPLOYS * 3, `${load.webSockets.cuts} WebSockets were cut`);
}

/** How many requests the reload may have broken at most, by the summary. */
function readUpperBound({ summary }: ActionRun): number {
  if (summary.includes('none was reset')) return 0;
  const [, count = ''] = /at most ([\d,]+) more requests? may be lost/.exec(summary) ?? [];
  assert.match(count, /^[\d,]+$/, summary);
  return Number(count.replaceAll(',', ''));
}

await describeOnHost('ten deploys in a row by the marker, under full load', {}, target => {
  test('no request fails, no slow one is cut, no upload is lost', async () => {
    const { runs, load } = await deployInARow(target(), 'instant');
    const { failed, slow, uploads } = countLost([load]);
    assert.deepEqual(
      { failed, slow, uploads },
      { failed: 0, slow: 0, uploads: 0 },
      `${JSON.stringify(load.failures)} ${JSON.stringify(load.samples)}`,
    );
    for (const run of runs) assert.equal(run.outputs['downtime-ms'], '0', run.log);
    assertFullLoad(load);
    await assertNothingLeft(target().host);
  });
});

await describeOnHost('ten deploys in a row by reload, under full load', {}, target => {
  test('only requests on kept connections are lost, and no more than the summaries own up to', async () => {
    const { runs, load } = await deployInARow(target(), 'reload');
    const { reset = 0, closed = 0, ...others } = load.failures;
    assert.deepEqual(others, {}, JSON.stringify(load.samples));
    assert.equal(reset + closed, load.failed);
    assert.equal(load.fresh.failed + load.webSockets.failed, 0, JSON.stringify(load.samples));
    const bounds = runs.map(readUpperBound);
    assert.ok(sum(bounds) >= load.failed, `${load.failed} were lost, the summaries said ${bounds.join(' ')}`);
    assertFullLoad(load);
    await assertNothingLeft(target().host);
  });
});
