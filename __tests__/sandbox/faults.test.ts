import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moveClock } from '../../sandbox/faults/clock.ts';
import { fillDisk } from '../../sandbox/faults/disk.ts';
import { dieOfMemory, exhaustMemory } from '../../sandbox/faults/memory.ts';
import { breakNginxConfiguration, killNginx } from '../../sandbox/faults/nginx.ts';
import type { SandboxHost } from '../../sandbox/host.ts';
import { assembleProgram } from '../../src/host/program.ts';
import { assertDeployed, describeOnHost, quickJava } from '../system/target.ts';

for (const fileSystem of ['ext4', 'tmpfs'] as const) {
  await describeOnHost(`a full disk (${fileSystem})`, { disk: '64m', fileSystem }, target => {
    test('takes not one byte in any of our folders until it is healed', async () => {
      const { host } = target();
      const folders = ['/opt', '/etc/nginx/conf.d', '/etc/systemd/system', '/var/lib'];
      const refused = async (): Promise<readonly string[]> => {
        const { stdout } = await host.run(
          folders
            .map(folder => `(echo x | cat >${folder}/new && sync ${folder}/new) 2>&1; rm ${folder}/new`)
            .join('\n'),
        );
        return stdout.split('\n').filter(line => line !== '');
      };
      const full = await fillDisk(host);
      const lines = await refused();
      assert.equal(lines.length, folders.length);
      for (const line of lines) assert.match(line, /No space left on device/);
      await full.heal();
      assert.deepEqual(await refused(), []);
      await full.heal();
      assert.equal(await host.sh('ls -d /fill* || true'), '');
    });
  });
}

await describeOnHost('faults on a host', {}, target => {
  test('nginx killed: no process of it is left, nobody answers; healed, it serves', async () => {
    const { host, url } = target();
    const killed = await killNginx(host);
    assert.equal((await host.run('pidof nginx')).stdout, '');
    await assert.rejects(fetch(url), /fetch failed/);
    await assert.rejects(killNginx(host), /no nginx runs/);
    await killed.heal();
    await killed.heal();
    assert.equal((await fetch(url)).status, 200);
  });

  test("another's bad file: nginx refuses its configuration and goes on; healed, it takes it", async () => {
    const { host, url } = target();
    const broken = await breakNginxConfiguration(host);
    assert.match((await host.run('nginx -t')).stderr, /unknown directive "liste" in .*of-another.conf/);
    assert.equal((await fetch(url)).status, 200);
    await broken.heal();
    await broken.heal();
    await host.sh('nginx -t 2>/dev/null && systemctl reload nginx');
  });

  test('a moved clock: every format of the host program is moved, milliseconds too; other uses of date are not', async () => {
    const { host } = target();
    const formats = [...assembleProgram().text.matchAll(/(?<=^\s*|\()date ((?:-u )?\+[^\s)]+)/gm)].map(
      ([, format]) => format ?? '',
    );
    assert.ok(formats.includes('+%s%3N'), formats.join(', '));
    for (const seconds of [3600, -86_400]) {
      const moved = await moveClock(host, seconds);
      for (const format of formats) await assertMoved(host, format, seconds);
      assert.equal((await host.sh('date -u -d @0 +%Y')).trim(), '1970');
      await moved.heal();
    }
    await assertMoved(host, '+%s', 0);
  });

  test('out of memory: the app on that port dies of OutOfMemoryError with status 3', async () => {
    const { deploy, host } = target();
    assertDeployed(await deploy('1', { 'java-opts': `${quickJava} ${dieOfMemory}` }), 'blue');
    const unit = 'bluegreen-shop@blue';
    const before = await host.sh(`systemctl show --value -p MainPID ${unit}`);
    await exhaustMemory(host, 8081);
    await host.sh(
      `for n in $(seq 100); do [ $(systemctl show --value -p NRestarts ${unit}) = 0 ] || exit 0; sleep 0.1; done; exit 1`,
    );
    const log = await host.sh(`journalctl -o cat -u ${unit}`);
    assert.match(log, /java\.lang\.OutOfMemoryError/);
    assert.match(log, /Main process exited, code=exited, status=3/);
    assert.notEqual(await host.sh(`systemctl show --value -p MainPID ${unit}`), before);
  });
});

async function assertMoved(host: SandboxHost, format: string, seconds: number): Promise<void> {
  const real = `/usr/bin/date -d '${seconds} seconds' ${format}`;
  const [earliest = '', told = '', latest = ''] = (await host.sh(`${real}; date ${format}; ${real}`)).split(
    '\n',
  );
  assert.ok(earliest <= told && told <= latest, `${format}: ${earliest} ${told} ${latest}`);
}
