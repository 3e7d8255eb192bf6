import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const switchedAt = 1_764_000_000_000;

/** One line of nginx's log, `ms` after the switch. */
const line = (ms: number, status: number, nonce = '-', upstream = '127.0.0.1:8082'): string =>
  `${((switchedAt + ms) / 1000).toFixed(3)}|${status}|0.005|shop-green|${upstream}|${status}|GET|${nonce}\n`;

function count(t: TestContext, shell: HostShell, log: readonly string[], rotated: readonly string[] = []) {
  const file = join(temporaryFolder(t), 'traffic.log');
  if (log.length > 0) writeFileSync(file, log.join(''));
  if (rotated.length > 0) writeFileSync(`${file}.1`, rotated.join(''));
  const { stdout } = runHost(shell, 'traffic_log=$1 switched_at=$2; count_requests', [file, `${switchedAt}`]);
  const values = stdout
    .trim()
    .split('\n')
    .map(one => /^@([a-z-]+)=(\d+)$/.exec(one)?.slice(1) ?? [one, 'no fact']);
  return Object.fromEntries(values.map(([key = '', value = '']) => [key, Number(value)]));
}

for (const shell of shells) {
  test(`${shell.name}: requests since the switch are counted, failures and hang-ups apart`, t => {
    const log = [
      line(-10, 500),
      line(0, 200),
      line(100, 404),
      line(200, 499),
      line(300, 503),
      line(350, 200),
    ];
    assert.deepEqual(count(t, shell, log), {
      requests: 5,
      'failed-requests': 1,
      'closed-by-client': 1,
      'longest-gap': 150,
      downtime: 150,
    });
  });

  test(`${shell.name}: our own probes are left out`, t => {
    const counted = count(t, shell, [line(1, 502, 'c0ffee'), line(2, 200), line(3, 200, 'c0ffee')]);
    assert.deepEqual([counted.requests, counted['failed-requests'], counted.downtime], [1, 0, 0]);
  });

  test(`${shell.name}: a pause without failures is a gap, no downtime`, t => {
    const counted = count(t, shell, [line(0, 200), line(4000, 200)]);
    assert.deepEqual([counted['longest-gap'], counted.downtime], [4000, 0]);
  });

  test(`${shell.name}: failures from the very switch on are downtime until the first success, or the end`, t => {
    const down = [line(100, 502), line(900, 502)];
    assert.equal(count(t, shell, [...down, line(1000, 200), line(1100, 200)]).downtime, 1000);
    assert.equal(count(t, shell, down).downtime, 900);
    assert.equal(count(t, shell, [line(50, 200), ...down]).downtime, 850);
  });

  test(`${shell.name}: of several downtimes the longest counts`, t => {
    const log = [
      line(0, 200),
      line(10, 500),
      line(20, 200),
      line(30, 500),
      line(530, 200),
      line(540, 500),
      line(560, 200),
    ];
    assert.equal(count(t, shell, log).downtime, 510);
  });

  test(`${shell.name}: a log that was rotated meanwhile is read on`, t => {
    assert.equal(count(t, shell, [line(20, 200)], [line(-5, 200), line(10, 200)]).requests, 2);
  });

  test(`${shell.name}: a request that tried both colors is one request`, t => {
    const upstream = '127.0.0.1:8082, 127.0.0.1:8081';
    assert.equal(count(t, shell, [line(0, 200, '-', upstream)]).requests, 1);
  });

  test(`${shell.name}: without a log everything is 0`, t => {
    const counted = count(t, shell, []);
    assert.deepEqual(Object.values(counted), [0, 0, 0, 0, 0]);
  });
}
