import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitCrossedAt, medianBefore, parseTrafficLog, servedBetween } from '../../bench/traffic-log.ts';

const blue = '127.0.0.1:8081';
const green = '127.0.0.1:8082';
const line = (seconds: number, took: number, group: string, attempts: string) =>
  `${seconds.toFixed(3)}|200|${took.toFixed(3)}|${group}|${attempts}|-`;
const good = (count: number, from: number) =>
  Array.from({ length: count }, (_, i) => line(from + i / 100, 0.01, 'shop-green', `${green}|200|0.010`));
const limits = { address: green, maxErrorShare: 0.01, oldMedianMs: 10 };

test('a line tells when a request began and every try; requests with our nonce are left out', () => {
  const text = [
    line(1000.5, 0.5, 'shop-green', `${green}, ${blue}|502, 200|0.100, 0.400`),
    '1000.600|200|0.001|shop-green|127.0.0.1:8082|200|0.001|nonce',
    '',
  ].join('\n');
  assert.deepEqual(parseTrafficLog(text), [
    {
      beganAt: 1_000_000,
      endedAt: 1_000_500,
      group: 'shop-green',
      attempts: [
        { address: green, status: 502, ms: 100 },
        { address: blue, status: 200, ms: 400 },
      ],
    },
  ]);
});

test('a group is served between its first and its last request', () => {
  const log = parseTrafficLog([...good(3, 1000), line(1009, 0.5, 'shop-blue', `${blue}|200|0.5`)].join('\n'));
  assert.deepEqual(servedBetween(log, 'shop-green'), { first: 999_990, last: 1_000_010 });
  assert.equal(servedBetween(log, 'shop-red'), undefined);
  assert.equal(medianBefore(log, green, 1_000_015), 10);
});

test('the error limit is crossed by share, not by a handful', () => {
  const bad = (count: number, from: number) =>
    Array.from({ length: count }, (_, i) => line(from + i / 1000, 0.001, 'shop-green', `${green}|500|0.001`));
  const crossed = (lines: readonly string[]) => limitCrossedAt(parseTrafficLog(lines.join('\n')), limits);
  assert.equal(crossed([...good(300, 1000), ...bad(3, 1003)]), undefined, '3 of 303 is under 1 %');
  assert.equal(crossed([...good(300, 1000), ...bad(9, 1003)]), 1_003_003, '4 of 304 is over it');
  assert.equal(crossed([...good(30, 1000), ...bad(2, 1003)]), undefined, 'two errors are no rate');
  assert.equal(crossed([...good(10, 1000), ...bad(9, 1003)]), undefined, 'fewer than 20 requests');
  assert.equal(crossed([...good(300, 1000), ...bad(3, 1040)]), undefined, 'the good ones are too long ago');
});

test('the latency limit is crossed when half of the answers of the last 5 s are slow', () => {
  const slow = Array.from({ length: 40 }, (_, i) =>
    line(1006 + i / 100, 3, 'shop-green', `${green}|200|3.000`),
  );
  const log = parseTrafficLog([...good(100, 1000), ...good(20, 1003), ...slow].join('\n'));
  assert.equal(limitCrossedAt(log, limits), 1_006_190);
});
