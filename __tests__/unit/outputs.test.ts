import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyReport } from '../../src/report/host-report.ts';
import { outputsOf } from '../../src/report/outputs.ts';
import { deployed, unhealthy } from './made-reports.ts';

test('a deploy that went well fills every output that speaks of it', () => {
  const { result, ...others } = outputsOf([deployed]);
  assert.deepEqual(others, {
    release: '20261122T214500Z-0a1b2c3d',
    'previous-release': '20261121T101010Z-ffffffff',
    'live-color': 'green',
    'live-port': '8082',
    changed: 'true',
    host: 'shop.example.com',
    'instance-id': 'i-0123456789abcdef0',
    url: 'https://shop.example.com',
    outcome: 'deployed',
    'failed-stage': '',
    reason: '',
    'uploaded-bytes': '20971520',
    'duration-ms': '12300',
    'downtime-ms': '0',
  });
  assert.deepEqual(JSON.parse(result ?? ''), {
    version: 1,
    outcome: 'deployed',
    hosts: [JSON.parse(JSON.stringify(deployed))],
  });
});

test('a failure names its stage and reason, and what is still live', () => {
  const outputs = outputsOf([unhealthy]);
  assert.equal(outputs['failed-stage'], 'start');
  assert.equal(outputs.reason, 'unhealthy');
  assert.equal(outputs.outcome, 'failed');
  assert.equal(outputs.changed, 'false');
  assert.equal(outputs['live-color'], 'blue');
});

test('nothing is said of downtime where there was no traffic', () => {
  const served = { requests: 0, failed: 0, closedByClient: 0 };
  const traffic = { ...served, longestGapMs: 0, downtimeMs: 0, byOld: served, byNew: served, own: served };
  assert.equal(outputsOf([{ ...deployed, traffic }])['downtime-ms'], '');
  assert.equal(outputsOf([unhealthy])['downtime-ms'], '');
});

test('what is not known is empty, never undefined or null', () => {
  for (const reports of [[], [emptyReport('deploy')]]) {
    for (const [name, value] of Object.entries(outputsOf(reports))) {
      if (name !== 'result') assert.doesNotMatch(value, /undefined|null|NaN/, name);
    }
    assert.equal(outputsOf(reports).release, '');
    assert.equal(outputsOf(reports).outcome, 'refused');
  }
});
