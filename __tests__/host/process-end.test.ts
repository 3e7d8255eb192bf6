import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What systemd would show of a unit whose first start ran from second 100 after boot to 102.5. */
const unit = (facts: Readonly<Record<string, string | number>> = {}): string =>
  Object.entries({
    Result: 'exit-code',
    ExecMainStartTimestampMonotonic: 100_000_000,
    ExecMainExitTimestampMonotonic: 102_500_000,
    ExecMainCode: 1,
    ExecMainStatus: 7,
    InvocationID: 'first',
    ...facts,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

/** What journald would give of systemd's own words on the first start, as `-o export` does. */
const journal = (code: string, status: string, result: string): string =>
  [
    '__MONOTONIC_TIMESTAMP=100000000\nMESSAGE_ID=started',
    `__MONOTONIC_TIMESTAMP=102500000\nEXIT_CODE=${code}\nEXIT_STATUS=${status}`,
    `__MONOTONIC_TIMESTAMP=102600000\nUNIT_RESULT=${result}`,
    '__MONOTONIC_TIMESTAMP=103700000\nMESSAGE_ID=restarted\n',
  ].join('\n\n');

interface World {
  readonly unit?: string;
  readonly journal?: string;
  readonly kernel?: string;
  readonly log?: string;
}

/** What is told of the end of green's first start, where systemd, journald and the kernel would say this. */
function endOf(t: TestContext, shell: HostShell, world: World): readonly string[] {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'said'));
  for (const name of ['unit', 'journal', 'kernel', 'log'] as const)
    writeFileSync(join(folder, 'said', name), world[name] ?? '');
  const script = `scratch=$1 said=$1/said unit=bluegreen-shop app_user=shop launcher=/opt/shop/launch noted_invocation=first noted_pid=4711
    systemctl() { cat "$said/unit"; }
    journalctl() { case "$*" in *INVOCATION_ID=first*) cat "$said/journal" ;; esac; }
    dmesg() { cat "$said/kernel"; }
    id() { echo 998; }
    uptime_ms() { echo 110000; }
    read_end green; explain_end "$said/log"
    describe_end; run_time; echo "$end_means"; echo "$end_cure"`;
  const { status, stdout, stderr } = runHost(shell, script, [folder]);
  assert.deepEqual([status, stderr], [0, '']);
  return stdout.split('\n').slice(0, -1);
}

const killed = { ExecMainCode: 2, Result: 'signal' };
const kernelLine = (pid: number, uid: number, at = 102.4): string =>
  `[${`${at}`.padStart(12)}] Memory cgroup out of memory: Killed process ${pid} (java) total-vm:2904kB, anon-rss:9kB, UID:${uid} pgtables:48kB oom_score_adj:0\n`;
const oom = 'was killed by the kernel for want of memory (OOM)';

/** What became of it: status or signal, and what that means. */
const ends: readonly (readonly [string, World, string, RegExp])[] = [
  ['a status of its own', { unit: unit() }, 'exited with status 7', /^$/],
  ['status 0', { unit: unit({ ExecMainStatus: 0 }) }, 'exited with status 0', /nothing kept it running/],
  [
    'status 143',
    { unit: unit({ ExecMainStatus: 143 }) },
    'exited with status 143',
    /asked to end \(SIGTERM\)/,
  ],
  ['status 137', { unit: unit({ ExecMainStatus: 137 }) }, 'exited with status 137', /128 \+ 9/],
  [
    'status 134',
    { unit: unit({ ExecMainStatus: 134 }) },
    'exited with status 134',
    /JVM crashed or was aborted/,
  ],
  ['status 127', { unit: unit({ ExecMainStatus: 127 }) }, 'exited with status 127', /was not found/],
  [
    'status 203',
    { unit: unit({ ExecMainStatus: 203 }) },
    'exited with status 203',
    /could not run its launcher \/opt/,
  ],
  ['a signal', { unit: unit({ ...killed, ExecMainStatus: 15 }) }, 'was killed by SIGTERM', /asked to end/],
  [
    'a core dump',
    { unit: unit({ ...killed, ExecMainCode: 3, ExecMainStatus: 6 }) },
    'was killed by SIGABRT and dumped its core',
    /hs_err/,
  ],
  [
    'SIGKILL that the kernel did not send',
    { unit: unit({ ...killed, ExecMainStatus: 9 }) },
    'was killed by SIGKILL',
    /no want of memory/,
  ],
  [
    'SIGKILL and a kernel that killed another',
    { unit: unit({ ...killed, ExecMainStatus: 9 }), kernel: kernelLine(4712, 0) },
    'was killed by SIGKILL',
    /no want/,
  ],
  [
    'SIGKILL and a kernel that killed an earlier one',
    { unit: unit({ ...killed, ExecMainStatus: 9 }), kernel: kernelLine(4711, 998, 42.5) },
    'was killed by SIGKILL',
    /no want/,
  ],
  [
    'an OOM kill that systemd knows',
    { unit: unit({ ...killed, ExecMainStatus: 9, Result: 'oom-kill' }) },
    oom,
    /memory of the host/,
  ],
  [
    'an OOM kill that the kernel knows by process',
    { unit: unit({ ...killed, ExecMainStatus: 9 }), kernel: kernelLine(4711, 5) },
    oom,
    /memory of the host/,
  ],
  [
    'an OOM kill that the kernel knows by user',
    { unit: unit({ ...killed, ExecMainStatus: 9 }), kernel: kernelLine(99, 998) },
    oom,
    /memory of the host/,
  ],
  [
    'an OOM kill in a log without times',
    { unit: unit({ ...killed, ExecMainStatus: 9 }), kernel: kernelLine(4711, 5).slice(15) },
    oom,
    /memory of the host/,
  ],
  [
    'a heap that was full',
    {
      unit: unit({ ExecMainStatus: 3 }),
      log: 'Terminating due to java.lang.OutOfMemoryError: Java heap space\n',
    },
    'exited with status 3',
    /within its own limits/,
  ],
  [
    'a port that was taken',
    { unit: unit({ ExecMainStatus: 1 }), log: 'Web server failed to start. Port 8080 was already in use.\n' },
    'exited with status 1',
    /port that is taken/,
  ],
  [
    'the journal where it was started again',
    { unit: unit({ InvocationID: 'second', ExecMainCode: 0 }), journal: journal('exited', '7', 'exit-code') },
    'exited with status 7',
    /^$/,
  ],
  [
    'a signal in the journal',
    { unit: unit({ InvocationID: 'second' }), journal: journal('killed', '9', 'signal') },
    'was killed by SIGKILL',
    /no want/,
  ],
  [
    'an OOM kill in the journal',
    { unit: unit({ InvocationID: 'second' }), journal: journal('killed', '9', 'oom-kill') },
    oom,
    /memory of the host/,
  ],
];

for (const shell of shells) {
  for (const [name, world, end, means] of ends) {
    test(`${shell.name}: how a process ended is told in words: ${name}`, t => {
      const [told, time, meaning = ''] = endOf(t, shell, world);
      assert.deepEqual([told, time], [end, '2.5 s']);
      assert.match(meaning, means);
    });
  }

  test(`${shell.name}: a process that runs has not ended, whatever its log says`, t => {
    const running = {
      ExecMainCode: 0,
      ExecMainStatus: 0,
      Result: 'success',
      ExecMainExitTimestampMonotonic: 0,
    };
    const world = { unit: unit(running), log: 'java.lang.OutOfMemoryError\nAddress already in use\n' };
    assert.deepEqual(endOf(t, shell, world), ['was running', '10.0 s', '', '']);
  });

  test(`${shell.name}: where the end can be mended by an input, that input is named`, t => {
    const full = endOf(t, shell, { unit: unit(), log: 'java.lang.OutOfMemoryError: Metaspace\n' });
    assert.match(full[3] ?? '', /java-opts/);
    const taken = endOf(t, shell, { unit: unit(), log: 'java.net.BindException: Address already in use\n' });
    assert.match(taken[3] ?? '', /\{management-port\}/);
  });
}
