import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { blue, green, type Logged, times, trafficLine, twoPorts } from './traffic-line.ts';

const old = (ms: number, logged: Logged = {}) => trafficLine(ms, { upstream: blue, ...logged });
const ok = (ms: number, seconds = '0.005') => trafficLine(ms, { times: seconds });
const bad = (ms: number) => trafficLine(ms, { status: 500 });

/** measure_old: "requests errors median" of the color that had the traffic before. */
function measureOld(t: TestContext, shell: HostShell, log: readonly string[], rotated = ''): string {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'traffic.log'), log.join(''));
  if (rotated !== '') writeFileSync(join(folder, 'traffic.log.1'), rotated);
  const script = `${twoPorts} scratch=$1 traffic_log=$1/traffic.log
    measure_old blue; echo "$old_requests $old_errors $old_median"`;
  const { status, stdout, stderr } = runHost(shell, script, [folder]);
  assert.deepEqual([status, stderr], [0, '']);
  return stdout.replace(/\n$/, '');
}

interface Look {
  /** The uptime in seconds. */
  readonly at: number;
  /** What the log got since the last look. */
  readonly log: string;
}

/** measure_new at each look: "requests errors window-requests window-errors median". */
function measureNew(t: TestContext, shell: HostShell, looks: readonly Look[]): readonly string[] {
  const folder = temporaryFolder(t);
  const script = `${twoPorts} scratch=$1 traffic_log=$1/traffic.log
    uptime_ms() { echo "$clock"; }
    shift
    while [ $# -gt 0 ]; do
      clock=$1; printf '%s' "$2" >>"$traffic_log"; shift 2
      measure_new green
      echo "$bake_requests $bake_errors $window_requests $window_errors $new_median"
    done`;
  const words = looks.flatMap(({ at, log }) => [String(at * 1000), log]);
  const { status, stdout, stderr } = runHost(shell, script, [folder, ...words]);
  assert.deepEqual([status, stderr], [0, '']);
  return stdout.split('\n').slice(0, -1);
}

/** Whether a median in slots of 10 % is that of so many ms. */
function assertMedian(measured: string | undefined, ms: number): void {
  const median = Number(measured?.split(' ').at(-1));
  assert.ok(median >= ms / 1.1 - 1 && median <= ms * 1.1, `${measured}: ${ms} ms were expected`);
}

for (const shell of shells) {
  test(`${shell.name}: the old color is measured over the 30 s before the switch, and nobody else`, t => {
    const log = [
      times(20, old(-30_001)),
      times(12, old(-29_999)),
      times(12, old(-1)),
      times(2, old(-500, { status: 500 })),
      old(-400, { status: 404 }),
      times(5, ok(-300)),
      times(3, old(-200, { nonce: 'c0ffee' })),
      times(4, old(1, { status: 500 })),
    ];
    const measured = measureOld(t, shell, log);
    assert.match(measured, /^27 2 \d+$/);
    assertMedian(measured, 5);
    assert.match(measureOld(t, shell, [times(3, old(-1))], times(18, old(-2))), /^21 0 \d+$/);
  });

  test(`${shell.name}: an old color has no median under 20 answers; upgraded connections are none`, t => {
    assert.equal(measureOld(t, shell, []), '0 0 ');
    assert.equal(measureOld(t, shell, [times(19, old(-9))]), '19 0 ');
    assertMedian(measureOld(t, shell, [times(20, old(-9, { times: '0.150' }))]), 150);
    const sockets = times(20, old(-9, { status: 101, times: '25.000' }));
    assert.equal(measureOld(t, shell, [sockets]), '20 0 ');
    assert.equal(measureOld(t, shell, [sockets, times(19, old(-9))]), '39 0 ');
    assertMedian(measureOld(t, shell, [sockets, times(20, old(-9))]), 5);
  });

  test(`${shell.name}: what failed at the new color is its error, though the backup served it`, t => {
    const saved = { upstream: `${green}, ${blue}`, statuses: '502, 200', times: '0.001, 0.040' };
    const fallback = { upstream: `${green} : 127.0.0.1:9000`, statuses: '503 : 200', times: '0.001 : 0.1' };
    const log = [
      times(3, trafficLine(5, saved)),
      times(2, trafficLine(5, fallback)),
      trafficLine(6, { upstream: `${blue}, ${green}`, statuses: '502, 200', times: '0.001, 0.002' }),
      old(7, { status: 500 }),
      trafficLine(8, { status: 499, statuses: '-', times: '2.000' }),
      trafficLine(8, { status: 413, upstream: '-', statuses: '-', times: '-' }),
      trafficLine(9, { status: 404 }),
      bad(-1),
      trafficLine(9, { status: 500, nonce: 'c0ffee' }),
    ];
    assert.deepEqual(measureNew(t, shell, [{ at: 1, log: log.join('') }]), ['7 5 7 5 ']);
  });

  test(`${shell.name}: errors count over the last 30 s, latencies over the last 5 s, all since the switch`, t => {
    const looks = [
      { at: 100, log: '' },
      { at: 101, log: times(15, ok(1)) + times(5, bad(2)) },
      { at: 104, log: times(20, ok(4000, '1.000')) },
      { at: 106, log: '' },
      { at: 108, log: times(10, ok(8000)) },
      { at: 130, log: ok(30_000) },
      { at: 131, log: ok(31_000) },
      { at: 161, log: '' },
    ];
    const [none, first, slow, later, slower, ...last] = measureNew(t, shell, looks);
    assert.equal(none, '0 0 0 0 ');
    assert.match(first ?? '', /^20 5 20 5 \d+$/);
    assertMedian(first, 5);
    assert.match(slow ?? '', /^40 5 40 5 \d+$/);
    assertMedian(slow, 5);
    assert.match(later ?? '', /^40 5 40 5 \d+$/);
    assertMedian(later, 1000);
    assert.match(slower ?? '', /^50 5 50 5 \d+$/);
    assertMedian(slower, 1000);
    assert.deepEqual(last, ['51 5 51 5 ', '52 5 32 0 ', '52 5 0 0 ']);
  });

  test(`${shell.name}: an upgraded connection is a request without a latency`, t => {
    const sockets = times(30, trafficLine(5, { status: 101, times: '40.000' }));
    assert.deepEqual(measureNew(t, shell, [{ at: 1, log: sockets }]), ['30 0 30 0 ']);
    const [both] = measureNew(t, shell, [{ at: 1, log: sockets + times(20, ok(9)) }]);
    assertMedian(both, 5);
  });

  test(`${shell.name}: the median is the middle one, from under a millisecond to hours`, t => {
    const median = (...lines: readonly string[]) => measureNew(t, shell, [{ at: 1, log: lines.join('') }])[0];
    assert.equal(median(times(20, ok(1, '0.000'))), '20 0 20 0 0');
    for (const seconds of ['0.001', '0.010', '0.333', '2.000', '60.000', '7200.000']) {
      assertMedian(median(times(21, ok(1, seconds))), Number(seconds) * 1000);
    }
    assertMedian(median(times(11, ok(1, '0.010')), times(9, ok(2, '3.000'))), 10);
    assertMedian(median(times(9, ok(1, '0.010')), times(11, ok(2, '3.000'))), 3000);
  });
}
