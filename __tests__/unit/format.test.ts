import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatLatency, formatMs } from '../../src/report/format.ts';

test('times are in milliseconds below a second, then in seconds', () => {
  assert.deepEqual([0, 0.4, 950, 999.4, 1000, 12_345, 600_000].map(formatMs), [
    '0 ms',
    '0 ms',
    '950 ms',
    '999 ms',
    '1.0 s',
    '12.3 s',
    '600.0 s',
  ]);
});

test('latencies have a decimal below 10 ms', () => {
  assert.deepEqual([0.04, 2.14, 9.94, 9.96, 48.3, 1200].map(formatLatency), [
    '0.0 ms',
    '2.1 ms',
    '9.9 ms',
    '10 ms',
    '48 ms',
    '1.2 s',
  ]);
});

test('sizes have the largest unit that leaves at least 1', () => {
  const sizes = [0, 1, 1023, 1024, 1536, 1024 ** 2, 60 * 1024 ** 2, 1024 ** 4, 1024 ** 5];
  assert.deepEqual(sizes.map(formatBytes), [
    '0 B',
    '1 B',
    '1023 B',
    '1.0 KiB',
    '1.5 KiB',
    '1.0 MiB',
    '60.0 MiB',
    '1.0 TiB',
    '1024.0 TiB',
  ]);
});
