import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTraffic } from '../../src/commands/traffic-count.ts';
import { Facts } from '../../src/host/stage.ts';
import { describeBake } from '../../src/report/bake.ts';
import { describeCount, trafficTable } from '../../src/report/traffic.ts';
import { deployed } from './made-reports.ts';

const { traffic } = deployed;
const noReload = { reloads: 0, tcpResets: undefined };

test('what clients saw is one sentence; a reload admits what it cannot see', () => {
  assert.ok(traffic);
  assert.equal(
    describeCount(traffic, noReload),
    '12,345 requests during the switch, 0 failed, 2 closed by their clients, longest gap between two successes 48 ms.',
  );
  const resets = (tcpResets: number | undefined) => describeCount(traffic, { reloads: 1, tcpResets });
  assert.equal(
    resets(1026),
    '12,345 requests in the log during the switch, 0 of them failed, 2 closed by their clients, longest gap between two successes 48 ms. nginx was reloaded, and its log has no line for a request that a reload resets: at most 1,026 more requests may be lost, the number of TCP resets that the host sent meanwhile, those for other reasons included.',
  );
  assert.match(resets(1), /at most 1 more request may be lost, /);
  assert.match(
    resets(0),
    /its log has no line .*: none was reset, since the host sent no TCP reset meanwhile/,
  );
  assert.match(resets(undefined), /how many there were is not known/);
});

test('no traffic is no success: the action says so, and what became of its own requests', () => {
  assert.ok(traffic);
  const none = { ...traffic, requests: 0 };
  assert.match(
    describeCount(none, noReload),
    /no traffic .* nothing can be said.* own 3 requests .* 0 failed/,
  );
  const silent = { ...none, own: { requests: 0, failed: 0 } };
  assert.match(describeCount(silent, noReload), /nothing can be said of lost requests\.$/);
});

test('the table tells who answered what', () => {
  assert.ok(traffic);
  assert.match(
    trafficTable(traffic),
    /\| previous release \| 345 \| 0 \| 2 \|\n\| new release \| 12,000 \| 0 \| 0 \|/,
  );
});

test('the counts are read from the facts of the host; without them there are none', () => {
  const facts = new Facts();
  assert.equal(readTraffic(facts), undefined);
  for (const line of [
    '@requests=7',
    '@failed-requests=2',
    '@new-requests=5',
    '@new-failed=2',
    '@old-requests=2',
  ])
    facts.take(line);
  const read = readTraffic(facts);
  assert.deepEqual(
    [read?.requests, read?.failed, read?.byNew, read?.byOld.requests],
    [7, 2, { requests: 5, failed: 2, closedByClient: 0 }, 2],
  );
});

test('the bake is one sentence, with what it was compared with', () => {
  const count = {
    requests: 1400,
    errors: 3,
    oldRequests: 2000,
    oldErrors: 1,
    medianMs: 2,
    oldMedianMs: 0,
  };
  assert.equal(
    describeBake(count),
    '3 of 1,400 requests to the new release failed, the release before it 1 of 2,000; median answer 2 ms, before under 1 ms.',
  );
  assert.match(
    describeBake({ ...count, oldRequests: 0, medianMs: undefined }),
    /had none to compare with\.$/,
  );
  assert.match(describeBake({ ...count, requests: 0 }), /^No request reached the new release/);
});
