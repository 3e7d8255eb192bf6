import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { blue, green, type Logged, switchedAt, trafficLine, twoPorts } from './traffic-line.ts';

const line = (ms: number, status: number, logged: Logged = {}) => trafficLine(ms, { status, ...logged });

/** A folder with the log and, if there is one, its rotated part. */
function logFolder(t: TestContext, log: readonly string[], rotated: readonly string[] = []): string {
  const folder = temporaryFolder(t);
  if (log.length > 0) writeFileSync(join(folder, 'traffic.log'), log.join(''));
  if (rotated.length > 0) writeFileSync(join(folder, 'traffic.log.1'), rotated.join(''));
  return folder;
}

function count(t: TestContext, shell: HostShell, log: readonly string[], rotated: readonly string[] = []) {
  const script = `${twoPorts} traffic_log=$1/traffic.log; count_requests green`;
  const { status, stdout, stderr } = runHost(shell, script, [logFolder(t, log, rotated)]);
  assert.deepEqual([status, stderr], [0, '']);
  const values = stdout
    .trim()
    .split('\n')
    .map(one => /^@([a-z-]+)=(\d+)$/.exec(one)?.slice(1) ?? [one, 'no fact']);
  return Object.fromEntries(values.map(([key = '', value = '']) => [key, Number(value)]));
}

const nothing = {
  requests: 0,
  'failed-requests': 0,
  'closed-by-client': 0,
  'longest-gap': 0,
  downtime: 0,
  'new-requests': 0,
  'new-failed': 0,
  'new-closed': 0,
  'old-requests': 0,
  'old-failed': 0,
  'old-closed': 0,
  'own-requests': 0,
  'own-failed': 0,
};

for (const shell of shells) {
  test(`${shell.name}: a line that a full disk cut short is left out, the one that is glued to it counts`, t => {
    const log = [
      line(0, 200),
      line(100, 200).slice(0, 20),
      line(200, 200),
      line(250, 503).slice(0, 9),
      line(300, 200),
      line(350, 503).slice(0, -5),
    ];
    assert.deepEqual(count(t, shell, log), {
      ...nothing,
      requests: 3,
      'new-requests': 3,
      'longest-gap': 200,
    });
  });

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
      ...nothing,
      requests: 5,
      'failed-requests': 1,
      'closed-by-client': 1,
      'longest-gap': 250,
      downtime: 250,
      'new-requests': 5,
      'new-failed': 1,
      'new-closed': 1,
    });
  });

  test(`${shell.name}: each request counts for the color that was tried last; without one for none`, t => {
    const counted = count(t, shell, [
      line(0, 200, { upstream: blue }),
      line(1, 500, { upstream: blue }),
      line(2, 499, { upstream: blue, statuses: '-' }),
      line(3, 200),
      line(4, 502, { upstream: `${blue}, ${green}`, statuses: '502, 502' }),
      line(5, 200, { upstream: `${green}, ${blue}`, statuses: '502, 200' }),
      line(6, 413, { upstream: '-', statuses: '-' }),
      line(7, 502, { upstream: 'shop-green', statuses: '502' }),
      line(8, 200, { upstream: '127.0.0.1:80820' }),
    ]);
    assert.deepEqual(counted, {
      ...nothing,
      requests: 9,
      'failed-requests': 3,
      'closed-by-client': 1,
      'longest-gap': 3,
      downtime: 3,
      'new-requests': 2,
      'new-failed': 1,
      'old-requests': 4,
      'old-failed': 1,
      'old-closed': 1,
    });
  });

  test(`${shell.name}: a request that another group answered in the end counts for no color`, t => {
    const fallback = { upstream: `${green} : 127.0.0.1:9000`, statuses: '502 : 200' };
    const counted = count(t, shell, [line(0, 200, fallback)]);
    assert.deepEqual([counted.requests, counted['new-requests'], counted['old-requests']], [1, 0, 0]);
  });

  test(`${shell.name}: the host's own requests are counted apart, and end no downtime`, t => {
    const own = { nonce: 'c0ffee' };
    const log = [line(1, 502, own), line(2, 500), line(3, 200, own), line(4, 200), line(5, 200, own)];
    assert.deepEqual(count(t, shell, log), {
      ...nothing,
      requests: 2,
      'failed-requests': 1,
      downtime: 4,
      'new-requests': 2,
      'new-failed': 1,
      'own-requests': 3,
      'own-failed': 1,
    });
    assert.equal(count(t, shell, [line(1, 200, { nonce: '-' })])['own-requests'], 0);
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

  test(`${shell.name}: a client that hangs up during a downtime does not end it`, t => {
    const log = [line(0, 200), line(100, 502), line(500, 499), line(900, 502), line(1000, 200)];
    const counted = count(t, shell, log);
    assert.deepEqual([counted.downtime, counted['longest-gap']], [1000, 1000]);
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
    assert.equal(count(t, shell, [], [line(10, 200)]).requests, 1);
  });

  test(`${shell.name}: without a log everything is 0`, t => {
    assert.deepEqual(count(t, shell, []), nothing);
  });

  test(`${shell.name}: of the connections open at the stop those are cut whose answer did not go out whole`, t => {
    const log = [
      line(900, 200, { upstream: blue }),
      line(1000, 200, { upstream: blue }),
      line(1100, 200, { upstream: blue, isWhole: false }),
      line(1150, 502, { upstream: blue }),
      line(1200, 101, { upstream: blue, isWhole: false }),
      line(1300, 101, { upstream: blue }),
      line(1400, 101),
      line(1500, 200),
    ];
    const script = `${twoPorts} scratch=$1 traffic_log=$1/traffic.log
      count_cut "$2" "$3" "$4"; echo "$drain_cut $drain_cut_web_sockets"`;
    const cut = (color: string, open: number, rotated: readonly string[] = []) => {
      const words = [logFolder(t, log, rotated), color, `${open}`, `${switchedAt + 1000}`];
      return runHost(shell, script, words).stdout;
    };
    assert.equal(cut('blue', 5), '4 2\n');
    assert.equal(cut('blue', 5, [line(2000, 404, { upstream: blue })]), '3 2\n');
    const saved = { upstream: `${blue}, ${green}`, statuses: '502, 200' };
    assert.equal(cut('blue', 5, [line(2000, 200, saved)]), '3 2\n', 'the backup answered');
    assert.equal(cut('blue', 0), '0 2\n');
    assert.equal(cut('green', 2), '1 1\n');
  });

  test(`${shell.name}: a log is followed over rotations: every line once, none lost`, t => {
    const script = `scratch=$1 traffic_log=$1/traffic.log
      look() { follow_traffic_log; echo .; }
      look
      echo one >>"$traffic_log"; look
      look
      echo two >>"$traffic_log"; echo three >>"$traffic_log"; look
      mv "$traffic_log" "$traffic_log.1"; look
      echo 'after the rename' >>"$traffic_log.1"; look
      echo 'before the reopening' >>"$traffic_log.1"; echo four >>"$traffic_log"; look
      echo 'to the old file still' >>"$traffic_log.1"; look
      echo five >>"$traffic_log"
      mv "$traffic_log.1" "$traffic_log.2"; mv "$traffic_log" "$traffic_log.1"; echo six >>"$traffic_log"; look
      look`;
    const { status, stdout, stderr } = runHost(shell, script, [temporaryFolder(t)]);
    assert.deepEqual([status, stderr], [0, '']);
    assert.deepEqual(
      stdout.split('.\n').map(part => part.split('\n').filter(one => one !== '')),
      [
        [],
        ['one'],
        [],
        ['two', 'three'],
        [],
        ['after the rename'],
        ['before the reopening', 'four'],
        ['to the old file still'],
        ['five', 'six'],
        [],
        [],
      ],
    );
  });

  test(`${shell.name}: a new log that got the number of a deleted one is read from its beginning`, t => {
    const script = `scratch=$1 traffic_log=$1/traffic.log
      echo 'a long first line' >>"$traffic_log"; follow_traffic_log
      echo short >"$traffic_log"; follow_traffic_log
      echo more >>"$traffic_log"; follow_traffic_log`;
    const { stdout } = runHost(shell, script, [temporaryFolder(t)]);
    assert.equal(stdout, 'a long first line\nshort\nmore\n');
  });
}
