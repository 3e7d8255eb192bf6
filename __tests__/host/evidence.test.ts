import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const release = '20261121T101010Z-00000001';

/** A host on which this process holds green's port and runs as green's, unless `settings` say otherwise. */
function evidence(
  t: TestContext,
  shell: HostShell,
  settings: string,
): ReadonlyMap<string, readonly string[]> {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'releases', release, 'work'), { recursive: true });
  symlinkSync(`releases/${release}`, join(folder, 'green'));
  writeFileSync(join(folder, 'releases', release, 'work', 'hs_err_pid7.log'), '');
  writeFileSync(join(folder, 'releases', release, 'work', 'other.log'), '');
  const lines = Array.from({ length: 70 }, (_, i) => `line ${i + 1}`);
  writeFileSync(join(folder, 'journal'), `${[...lines, '\tat x.Y', '@reason=locked'].join('\n')}\n`);
  const script = `home=$1 scratch=$1 releases=$1/releases adopted=$1/adopted unit=bluegreen-shop app_user=shop
    blue_port=8081 green_port=8082 health_path=/health probe_seconds=1
    noted_invocation=first noted_pid=$$ listening=''
    journalctl() { case "$*" in *--sync*) echo synced >>"$scratch/order" ;; *export*) ;; *) echo read >>"$scratch/order"; cat "$scratch/journal" ;; esac; }
    timeout() { shift; "$@"; }
    began_ms=100000
    read_end() { end_code='' end_status=0 end_result=success ran_ms=3000 kernel_line=''; }
    unit_property() { case $2 in NRestarts) echo 0 ;; MemoryPeak) echo 209715200 ;; MemoryMax) echo infinity ;; *) echo /none ;; esac; }
    port_listeners() { case " $listening " in *" $1 "*) echo $$ ;; esac; }
    listening_ports() { echo "$listening"; }
    ${settings}
    tell_evidence green`;
  const { status, stdout, stderr } = runHost(shell, script, [folder]);
  assert.deepEqual([status, stderr], [0, '']);
  const told = new Map<string, string[]>();
  for (const line of stdout.split('\n').slice(0, -1)) {
    const [, key = '', value = ''] = /^@([a-z-]+)=(.*)$/.exec(line) ?? [];
    told.set(key, [...(told.get(key) ?? []), value]);
  }
  assert.ok(!told.has(''), stdout);
  return told;
}

for (const shell of shells) {
  test(`${shell.name}: of a process that runs: how long, its probe, its ports, its memory, the end of its log`, t => {
    const told = evidence(t, shell, 'listening=8082');
    const work = `${release}/work/hs_err_pid7.log`;
    assert.equal(told.get('process')?.[0], 'It was running for 3.0 s.');
    assert.ok(told.get('process')?.[1]?.endsWith(work));
    assert.deepEqual(told.get('probe'), [
      'GET http://127.0.0.1:8082/health: nothing (the connection was refused)',
    ]);
    const [port = '', own = ''] = told.get('listeners') ?? [];
    assert.match(port, /^port 8082: process \d+ \(.+\)$/);
    assert.match(own, /^its process \d+ listens on 8082$/);
    const [host = '', process = '', peak] = told.get('memory') ?? [];
    assert.match(host, /^host: \d+ MiB of \d+ MiB available, (no swap|\d+ MiB of \d+ MiB swap free)$/);
    assert.match(process, /^its process: \d+ MiB, \d+ MiB at most$/);
    assert.equal(peak, 'its unit: MemoryPeak 200 MiB');
    const log = told.get('log') ?? [];
    assert.deepEqual(
      [log.length, log[0], log.at(-2), log.at(-1)],
      [50, 'line 23', '\tat x.Y', '@reason=locked'],
    );
    assert.ok(!told.has('cause') && !told.has('reason'));
  });

  test(`${shell.name}: an app that listens elsewhere is told so`, t => {
    const told = evidence(t, shell, "listening='9099, 9100'");
    assert.equal(told.get('process')?.[1], 'It listens on 9099, 9100 and not on 8082.');
    assert.deepEqual(told.get('listeners')?.[0], 'port 8082: nobody');
  });

  test(`${shell.name}: of a process that ended, the last line of its log stands for its cause`, t => {
    const ended =
      "read_end() { end_code=exited end_status=7 end_result=exit-code ran_ms=86 kernel_line=''; }";
    const told = evidence(t, shell, ended);
    assert.equal(told.get('process')?.[0], 'It exited with status 7, 86 ms after its start.');
    assert.deepEqual(told.get('listeners'), ['port 8082: nobody']);
    assert.deepEqual(told.get('cause'), ['@reason=locked']);
  });

  test(`${shell.name}: the log is read after journald has written what it was sent; without a start there is none`, t => {
    const told = evidence(
      t,
      shell,
      'trap \'tr "\\n" " " <"$scratch/order" | sed "s/^/@order=/"; echo\' EXIT',
    );
    assert.deepEqual(told.get('order'), ['synced read ']);
    const never = "noted_invocation=''; note_start() { noted_invocation='' noted_pid=0; }";
    assert.ok(!evidence(t, shell, never).has('log'));
  });

  test(`${shell.name}: what cannot be had is left out, and the rest is told`, t => {
    const told = evidence(t, shell, 'read_end() { return 1; }; unit_property() { return 1; }; noted_pid=0');
    assert.equal(told.get('process')?.[0], 'It was running for 0 ms.');
    assert.match(told.get('memory')?.[0] ?? '', /^host: /);
    assert.equal(told.get('log')?.length, 50);
  });

  test(`${shell.name}: what a process said before journald knew its start is found by its stream`, () => {
    const entry = (at: number, stream: string, invocation = '') =>
      `__CURSOR=s=x\n__MONOTONIC_TIMESTAMP=${at}000\n_BOOT_ID=x\n${stream && `_STREAM_ID=${stream}\n`}${invocation && `_SYSTEMD_INVOCATION_ID=${invocation}\n`}\n`;
    const found = (...entries: readonly string[]): string => {
      const script =
        'noted_invocation=ours began_ms=100000 unit=u; journalctl() { printf %s "$entries"; }; entries=$1; find_stream green';
      const { status, stdout, stderr } = runHost(shell, script, [entries.join('')]);
      assert.deepEqual([status, stderr], [0, '']);
      return stdout.trimEnd();
    };
    const before = entry(99_000, 'before');
    assert.equal(found(before, entry(100_100, 'a'), entry(100_200, 'a')), 'a');
    assert.equal(
      found(before, entry(100_100, 'a'), entry(101_500, 'b', 'next')),
      'a',
      'another start of it is known',
    );
    assert.equal(
      found(before, entry(100_100, 'a'), entry(101_500, 'b')),
      'a',
      'none is known: the first since',
    );
    assert.equal(found(entry(100_100, 'a'), entry(100_200, 'b', 'ours')), 'b', 'ours is known');
    assert.equal(found(entry(100_100, 'a', 'ours'), entry(100_200, 'a')), 'a', 'ours is known of a part');
    assert.equal(found(before, entry(101_500, 'b', 'next'), entry(101_600, '')), '', 'it said nothing');
    assert.equal(found(), '');
  });
}
