import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';

for (const shell of shells) {
  test(`${shell.name}: milliseconds become decimal seconds`, () => {
    const { stdout } = runHost(shell, 'for ms; do seconds "$ms"; echo; done', [
      '0',
      '7',
      '250',
      '1000',
      '61050',
    ]);
    assert.equal(stdout, '0.000\n0.007\n0.250\n1.000\n61.050\n');
  });

  test(`${shell.name}: the clock is in milliseconds since 1970, the deadline clock since boot`, () => {
    const before = Date.now();
    const [now = 0, up = 0] = runHost(shell, 'now_ms; uptime_ms').stdout.split('\n').map(Number);
    assert.ok(now >= before - 5 && now <= Date.now() + 5, `${now}`);
    assert.ok(up > 0 && up < now);
  });

  test(`${shell.name}: a fact stays on one line, whatever is in it`, () => {
    const { stdout } = runHost(shell, 'tell key "$1"', ['a\nb\r@other=x\\n %s "q" ']);
    assert.equal(stdout, '@key=a b @other=x\\n %s "q" \n');
  });

  test(`${shell.name}: each line of evidence is one fact, cut at 2,000 bytes`, () => {
    const { stdout } = runHost(shell, 'tell_lines log', [], `@reason=x\n\n${'y'.repeat(3000)}\nlast`);
    const lines = stdout.split('\n');
    assert.deepEqual([lines[0], lines[1], lines[3]], ['@log=@reason=x', '@log=', '@log=last']);
    assert.equal(lines[2]?.length, '@log='.length + 2000);
  });

  test(`${shell.name}: speaking to nobody fails nothing`, () => {
    const script =
      "trap '' PIPE; { sleep 0.05; say x; tell a b; fail locked m r; } | true; exec >&-; say x; tell a b; echo still here >&2";
    const { status, stderr } = runHost(shell, script);
    assert.equal(status, 0);
    assert.match(stderr, /still here/);
  });

  test(`${shell.name}: a failure tells reason, message, traffic and remedy, and ends with its own status`, () => {
    const { status, stdout } = runHost(shell, 'fail disk-full "It is full." "Free some."; echo not reached');
    assert.equal(status, 12);
    assert.equal(
      stdout,
      '@reason=disk-full\n@message=It is full.\n@traffic=Nothing was changed on the host.\n@remedy=Free some.\n',
    );
  });

  test(`${shell.name}: a reason of no list ends with 1, never with 0`, () => {
    assert.equal(runHost(shell, 'exit_code nonsense').stdout, '1\n');
  });
}
