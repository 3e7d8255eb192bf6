import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MiB = 1024;
const GiB = 1024 ** 2;

/** What the host's memory and the release's launch options are; sizes in KiB but heapMax and heapStart (MiB). */
interface Case {
  readonly total?: number;
  readonly available: number;
  readonly swap?: number;
  readonly live?: number | '';
  readonly idle?: number;
  readonly heapMax?: number;
  readonly heapShare?: number;
  readonly heapStart?: number;
  /** Limits of cgroups in MiB, and what is used of each in KiB. */
  readonly limit?: string;
}

for (const shell of shells) {
  const judge = (t: TestContext, made: Case): string => {
    const meminfo = join(temporaryFolder(t), 'meminfo');
    const { total = 4 * GiB, available, swap = 0, live = '', idle = 0, heapMax = 0, heapShare = 0 } = made;
    writeFileSync(
      meminfo,
      `MemTotal: ${total} kB\nMemFree: 1 kB\nMemAvailable: ${available} kB\nSwapTotal: ${swap} kB\nSwapFree: ${swap} kB\n`,
    );
    const { status, stdout, stderr } = runHost(
      shell,
      `home='' live_resident=${live} idle_resident=${idle} heap_max=${heapMax * 1024 ** 2} heap_share=${heapShare}
       heap_start=${(made.heapStart ?? 0) * 1024 ** 2}
       read_memory "$1"
       heed_limit ${made.limit ?? 'infinity 0'}
       heap_ram=$memory_ram
       judge_memory`,
      [meminfo],
    );
    assert.equal(stderr, '');
    assert.ok(status === 0 || (status === 27 && /^@reason=memory-short$/m.test(stdout)), stdout);
    return /^@(?:message|finding)=(.*)$/m.exec(stdout)?.[0] ?? '';
  };

  test(`${shell.name}: enough memory is passed over in silence`, t => {
    assert.equal(judge(t, { available: 612 * MiB, live: 300 * MiB, heapMax: 512 }), '');
    assert.equal(judge(t, { available: 1124 * MiB, live: 300 * MiB, heapShare: 2500 }), '');
    assert.equal(judge(t, { available: 65 * MiB }), '');
  });

  test(`${shell.name}: less than the new release may take is told with what is missing at worst`, t => {
    assert.equal(
      judge(t, { available: 400 * MiB, live: 300 * MiB, heapMax: 512 }),
      '@finding=memory is tight: until the old release is stopped, the new one may take 612 MiB (a heap of 512 MiB, and about 100 MiB beside it), and 400 MiB of memory and swap are free: 212 MiB would be missing at worst. A lower -Xmx in java-opts, swap, or a larger host helps',
    );
    assert.match(
      judge(t, { available: 400 * MiB, live: 300 * MiB, heapShare: 2500 }),
      /^@finding=.* may take 1124 MiB \(a heap of 1024 MiB, 25% of the memory, and about 100 MiB beside it\)/,
    );
  });

  test(`${shell.name}: less than the live release takes now is refused`, t => {
    assert.equal(
      judge(t, { available: 299 * MiB, live: 300 * MiB, heapMax: 512 }),
      '@message=The new release needs about 300 MiB beside the live one, which takes 300 MiB, and 299 MiB of memory and swap are free. Nothing was changed.',
    );
    assert.match(
      judge(t, { available: 299 * MiB, live: 300 * MiB }),
      /^@message=/,
      'also without a known heap',
    );
  });

  test(`${shell.name}: swap, and what a release left on the idle color gives back, count as free`, t => {
    assert.match(
      judge(t, { available: 200 * MiB, swap: 150 * MiB, live: 300 * MiB, heapMax: 512 }),
      /^@finding=/,
    );
    assert.match(
      judge(t, { available: 200 * MiB, idle: 150 * MiB, live: 300 * MiB, heapMax: 512 }),
      /^@finding=/,
    );
  });

  test(`${shell.name}: a new release with a smaller heap needs no more than that`, t => {
    assert.equal(judge(t, { available: 170 * MiB, live: 900 * MiB, heapMax: 64 }), '');
    assert.match(
      judge(t, { available: 160 * MiB, live: 900 * MiB, heapMax: 64 }),
      /^@message=The new release needs about 164 MiB beside the live one, which takes 900 MiB/,
    );
  });

  test(`${shell.name}: a first release needs what its heap begins with, or the least of any JVM`, t => {
    assert.match(
      judge(t, { available: 60 * MiB }),
      /^@message=The new release needs about 64 MiB, and 60 MiB/,
    );
    assert.match(
      judge(t, { available: 200 * MiB, heapStart: 256, heapMax: 512 }),
      /needs about 256 MiB, and 200 MiB/,
    );
  });

  test(`${shell.name}: a heap larger than all memory and swap is refused, however much is free`, t => {
    const made = { total: GiB, available: 900 * MiB, heapMax: 2048 };
    assert.equal(
      judge(t, made),
      '@message=The new release may take a heap of 2048 MiB, more than the 1024 MiB of memory and swap that it could have here in all. Nothing was changed.',
    );
    assert.match(judge(t, { ...made, swap: 2 * GiB }), /^$/);
  });

  test(`${shell.name}: a limit set on the unit or its slice counts as the machine's memory`, t => {
    const made = { available: 3 * GiB, live: 100 * MiB, heapMax: 512 };
    assert.equal(judge(t, { ...made, limit: 'infinity 0' }), '');
    assert.match(judge(t, { ...made, limit: `${300 * 1024 ** 2} 0` }), /512 MiB, more than the 300 MiB/);
    assert.match(judge(t, { ...made, limit: `${1024 ** 3} ${700 * MiB}` }), /^@finding=.* 324 MiB of memory/);
    assert.match(judge(t, { ...made, limit: `${1024 ** 3} ${2 * GiB}` }), /^@message=.* 0 MiB of memory/);
  });

  test(`${shell.name}: where the kernel does not tell what is available, nothing is claimed`, t => {
    const meminfo = join(temporaryFolder(t), 'meminfo');
    writeFileSync(meminfo, 'MemTotal: 1000000 kB\nMemFree: 10 kB\n');
    assert.equal(runHost(shell, 'read_memory "$1" || echo unknown', [meminfo]).stdout, 'unknown\n');
  });

  test(`${shell.name}: what a process holds is read from the kernel, and nothing for one that is gone`, () => {
    const { stdout } = runHost(
      shell,
      'resident_memory $$; echo; resident_memory 0; resident_memory 999999999; used_memory /nowhere',
    );
    const [own, ...others] = stdout.split('\n');
    assert.ok(Number(own) > 300 && Number(own) < 50_000, stdout);
    assert.deepEqual(
      others.filter(line => line !== ''),
      ['0'],
    );
  });
}
