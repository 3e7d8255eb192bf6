import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';

const onePercent = 100;

/** Requests and errors of the window, the limit in 1/10000, requests and errors of the old color; over it? */
const errorRates = [
  [19, 19, onePercent, 0, 0, false],
  [20, 2, onePercent, 0, 0, false],
  [20, 3, onePercent, 0, 0, true],
  [300, 3, onePercent, 0, 0, false],
  [299, 3, onePercent, 0, 0, true],
  [299, 3, onePercent, 1000, 0, true],
  [1000, 10, onePercent, 1000, 0, false],
  [1000, 11, onePercent, 1000, 0, true],
  [1000, 30, onePercent, 100, 3, false],
  [1000, 31, onePercent, 100, 3, true],
  [1000, 29, onePercent, 100, 3, false],
  [20, 20, onePercent, 500, 500, false],
  [20, 3, 0, 0, 0, true],
  [20, 2, 0, 0, 0, false],
  [20, 20, 10_000, 0, 0, false],
  [100_000_000, 1_000_001, onePercent, 100_000_000, 1_000_000, true],
] as const;

/** Medians of the old and the new color in ms, empty under 20 answers; too slow? */
const medians = [
  ['', '', false],
  ['', '60000', false],
  ['10', '', false],
  ['100', '600', false],
  ['100', '601', true],
  ['250', '750', false],
  ['250', '751', true],
  ['400', '1200', false],
  ['400', '1201', true],
  ['0', '500', false],
  ['0', '501', true],
  ['60000', '100', false],
] as const;

/** find_fault over a unit that systemd would show with this process and state. */
function fault(shell: HostShell, settings: string): string {
  const script = `watched_pid=77 unhealthy_in_a_row=0 health_path=/health probe_status=503
    window_requests=0 window_errors=0 bake_max_errors=100 old_requests=0 old_errors=0 old_median='' new_median=''
    MainPID=77 ActiveState=active NRestarts=0
    read_end() { end_code=exited end_status=3 end_result=exit-code; }
    unit_property() { [ "$1" = green ] && eval "echo \\"\\$$2\\""; }
    ${settings}
    find_fault green; echo "$fault"`;
  const { status, stdout, stderr } = runHost(shell, script);
  assert.deepEqual([status, stderr], [0, '']);
  return stdout.trimEnd();
}

for (const shell of shells) {
  const holds = (script: string): boolean => {
    const { stdout, stderr } = runHost(shell, `if ${script}; then echo yes; else echo no; fi`);
    assert.match(stdout, /^(yes|no)\n$/, stderr);
    return stdout === 'yes\n';
  };

  test(`${shell.name}: over the error rate is at least 3 errors of 20 requests, over the limit and the old rate`, () => {
    for (const [requests, errors, limit, oldRequests, oldErrors, isOver] of errorRates) {
      const settings = `{ window_requests=${requests} window_errors=${errors} bake_max_errors=${limit}
        old_requests=${oldRequests} old_errors=${oldErrors}; is_over_error_rate; }`;
      assert.equal(holds(settings), isOver, settings);
    }
  });

  test(`${shell.name}: too slow is more than 3 times the old median, and more than 500 ms above it`, () => {
    for (const [before, after, isSlow] of medians) {
      const settings = `{ old_median='${before}' new_median='${after}'; is_too_slow; }`;
      assert.equal(holds(settings), isSlow, settings);
    }
  });

  test(`${shell.name}: a part of a whole is told in percent`, () => {
    const parts = [
      [0, 0, '0%'],
      [5, 0, '0%'],
      [0, 7, '0%'],
      [1, 80, '1.25%'],
      [1, 3, '33.33%'],
      [7, 7, '100%'],
      [100, 10_000, '1%'],
      [1, 10_000, '0.01%'],
    ] as const;
    for (const [part, whole, told] of parts) {
      assert.equal(runHost(shell, 'percent "$1" "$2"', [`${part}`, `${whole}`]).stdout, `${told}\n`);
    }
  });

  test(`${shell.name}: a release that does well enough has no fault`, () => {
    assert.equal(fault(shell, ''), '');
    assert.equal(fault(shell, 'unhealthy_in_a_row=2 window_requests=20 window_errors=2'), '');
    assert.equal(fault(shell, 'old_median=100 new_median=600'), '');
  });

  test(`${shell.name}: what is wrong with a release is one clause with its numbers, the worst first`, () => {
    const slow = 'old_median=100 new_median=601';
    const failing = `${slow} window_requests=200 window_errors=7 old_requests=400 old_errors=2`;
    const sick = `${failing} unhealthy_in_a_row=3`;
    assert.equal(
      fault(shell, slow),
      'its median answer took 601 ms over the last 5 s, against 100 ms of the release before it',
    );
    assert.equal(
      fault(shell, failing),
      '7 of its last 200 requests failed (3.5%), over the limit of 1% and the 0.5% of the release before it',
    );
    assert.equal(fault(shell, sick), 'it lost its health: /health answered 503 three times in a row');
    const ended = 'its process ended: it exited with status 3';
    assert.equal(fault(shell, `${sick} MainPID=0 ActiveState=failed`), ended);
    assert.equal(fault(shell, 'MainPID=78'), ended, 'another process: it ended and was started again');
    assert.equal(fault(shell, 'ActiveState=deactivating'), ended);
    assert.equal(fault(shell, 'NRestarts=1'), ended, 'started again before the watch looked');
  });

  test(`${shell.name}: the numbers so far are facts; a median that nobody knows is empty`, () => {
    const script = `bake_report=$(mktemp); bake_requests=9 bake_errors=1 old_requests=20 old_errors=0 new_median='' old_median=5
      write_bake_report; cat "$bake_report"; rm "$bake_report"; [ ! -e "$bake_report.new" ]`;
    const { status, stdout } = runHost(shell, script);
    const told = ['requests=9', 'errors=1', 'old-requests=20', 'old-errors=0', 'median=', 'old-median=5'];
    assert.deepEqual([status, stdout], [0, told.map(one => `@bake-${one}\n`).join('')]);
  });
}
