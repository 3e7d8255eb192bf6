import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertDeployed,
  assertRefused,
  assertRefusedUnderLoad,
  describeOnHost,
  type Inputs,
} from './target.ts';

await describeOnHost('before anything is touched', {}, target => {
  const refused =
    (inputs: Inputs = {}) =>
    () =>
      target().deploy('2', inputs);
  const tools = 'flock ss curl systemd-run';
  const hide = `cd /usr/bin; for tool in ${tools}; do mv $tool $tool.gone; done`;
  const show = `cd /usr/bin; for tool in ${tools}; do mv $tool.gone $tool; done`;
  const lacks = {
    stage: 'acquire',
    reason: 'host-unfit',
    outcome: 'refused',
    says: /lacks systemd-run, curl, flock, ss\..*apt-get install systemd curl util-linux iproute2/s,
  } as const;

  test('a fresh host without the tools is told all of them, and nothing is made on it', async () => {
    const { host, deploy } = target();
    await host.sh(hide);
    assertRefused(await deploy('1'), lacks);
    assert.equal(
      await host.sh('ls -d /opt/shop /etc/nginx/bluegreen /etc/systemd/system/bluegreen-* 2>/dev/null || :'),
      '',
    );
    await host.sh(show);
    assertDeployed(await deploy('1'), 'blue');
  });

  test('a host that has lost them keeps serving', async () => {
    const { host } = target();
    await host.sh(hide);
    await assertRefusedUnderLoad(target(), refused(), { ...lacks, serving: '1' });
    await host.sh(show);
  });

  const atInspect = { stage: 'inspect', outcome: 'refused', serving: '1' } as const;
  const mib = 1024;

  /** Runs `work` while the host seems to have this memory, in KiB. */
  async function withMemory<T>(total: number, available: number, work: () => Promise<T>): Promise<T> {
    const { host } = target();
    await host.sh(`
      printf 'MemTotal: ${total} kB\\nMemAvailable: ${available} kB\\nSwapTotal: 0 kB\\nSwapFree: 0 kB\\n' >/run/meminfo
      mount --bind /run/meminfo /proc/meminfo`);
    try {
      return await work();
    } finally {
      await host.sh('umount /proc/meminfo');
    }
  }

  test('less free memory than the live release takes', async () => {
    await withMemory(2048 * mib, 40 * mib, () =>
      assertRefusedUnderLoad(target(), refused(), {
        ...atInspect,
        reason: 'memory-short',
        says: /new release needs about \d+ MiB beside the live one, which takes \d+ MiB, and 40 MiB of memory and swap are free/,
      }),
    );
  });

  test('a heap larger than the machine', async () => {
    await withMemory(2048 * mib, 1900 * mib, () =>
      assertRefusedUnderLoad(target(), refused({ env: 'JAVA_TOOL_OPTIONS=-Xmx1g\n_JAVA_OPTIONS=-Xmx3g' }), {
        ...atInspect,
        reason: 'memory-short',
        says: /heap of 3072 MiB, more than the 2048 MiB of memory and swap/,
      }),
    );
  });

  test('a limit of the unit counts as the machine', async () => {
    const { host } = target();
    const limit = '/etc/systemd/system/bluegreen-shop@.service.d/limit.conf';
    await host.sh(`install -D /dev/stdin ${limit} <<'CONF'
[Service]
MemoryMax=256M
CONF
      systemctl daemon-reload`);
    await assertRefusedUnderLoad(target(), refused({ 'java-opts': '-Xmx512m' }), {
      ...atInspect,
      reason: 'memory-short',
      says: /heap of 512 MiB, more than the \d+ MiB/,
    });
    await host.sh(`rm -r ${limit.slice(0, limit.lastIndexOf('/'))}; systemctl daemon-reload`);
  });

  test('a deploy that has nothing to do needs no memory', async () => {
    const run = await withMemory(2048 * mib, 1 * mib, () => target().deploy('1'));
    assert.equal(run.outputs.outcome, 'unchanged', run.log);
  });

  test('no room under /etc/nginx, neither bytes nor inodes', async () => {
    const { host } = target();
    for (const [option, says] of [
      ['size=1m', /disk that holds \/etc\/nginx has 0 MiB left, and this deploy needs 2 MiB/],
      [
        'nr_inodes=$(($(find /etc/nginx | wc -l) + 40))',
        /disk that holds \/etc\/nginx has room for \d+ files, .* its inodes are used up/,
      ],
    ] as const) {
      await host.sh(`
        mkdir -p /run/small && mount -t tmpfs -o mode=0755,${option} small /run/small
        cp -a /etc/nginx/. /run/small/ && mount --bind /run/small /etc/nginx`);
      await assertRefusedUnderLoad(target(), refused(), { ...atInspect, reason: 'disk-full', says });
      await host.sh('umount /etc/nginx && umount /run/small');
    }
  });

  test('memory that may not be enough at worst is a warning', async () => {
    const run = await withMemory(2048 * mib, 150 * mib, () => target().deploy('2'));
    assertDeployed(run, 'green');
    const finding =
      /memory is tight: .* may take 164 MiB \(a heap of 64 MiB, .* 14 MiB would be missing at worst/;
    assert.ok(
      run.lines.some(line => line.startsWith('::warning') && finding.test(line)),
      run.log,
    );
    assert.match(run.summary, /memory is tight/);
  });

  test('enough memory is passed over in silence, and when all is mended the next deploy works with no hand', async () => {
    const run = await withMemory(2048 * mib, 400 * mib, () => target().deploy('3'));
    assertDeployed(run, 'blue');
    assert.doesNotMatch(run.log, /memory is tight/);
  });
});
