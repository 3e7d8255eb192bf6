import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOutlasted } from '../../bench/full-load.ts';
import { addUp, median, quartiles, spread } from '../../bench/statistics.ts';
import { readWrk } from '../../bench/wrk.ts';

const printed = (p99: string, more = '') => `Running 5s test @ http://10.99.1.2:80/
  1 threads and 64 connections
  Latency Distribution
     50%    7.01ms
     99%   ${p99}
  45321 requests in 5.01s, 7.61MB read
${more}Requests/sec:   9046.31
Transfer/sec:      1.52MB
`;

test("wrk's numbers are read in milliseconds, whatever unit it prints", () => {
  assert.deepEqual(readWrk(printed('22.50ms')), { requests: 45321, perSecond: 9046.31, p99Ms: 22.5 });
  assert.equal(readWrk(printed('1.50s')).p99Ms, 1500);
  assert.equal(readWrk(printed('500.00us')).p99Ms, 0.5);
});

test('failed requests in a run of wrk are an error, and so are missing numbers', () => {
  const errors = '  Socket errors: connect 0, read 7, write 0, timeout 0\n';
  assert.throws(() => readWrk(printed('1.00ms', errors)), /read 7/);
  assert.throws(() => readWrk(printed('1.00ms', '  Non-2xx or 3xx responses: 3\n')), /responses: 3/);
  assert.throws(() => readWrk('unable to connect'), /no numbers/);
});

test('median, quartiles, spread and sums by key', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.deepEqual(quartiles([4, 1, 3, 2]), [1.5, 3.5]);
  assert.deepEqual(quartiles([5, 1, 4, 2, 3]), [2, 4]);
  assert.equal(spread([90, 100, 110]), 0.2);
  assert.deepEqual(addUp([{ reset: 2 }, { closed: 1, reset: 3 }]), { closed: 1, reset: 5 });
});

test('a drain is outlasted by each client of throttled uploads whose upload did not end within it', () => {
  const uploads = (requests: number) => ({ throttledUploads: { requests, failed: 0 } });
  assert.equal(countOutlasted(10, uploads(2)), 20, 'one long upload a client spans all ten');
  assert.equal(countOutlasted(10, uploads(9)), 13, 'seven ended before the last two');
  assert.equal(countOutlasted(10, uploads(40)), 0, 'uploads so short that nothing is certain');
});
