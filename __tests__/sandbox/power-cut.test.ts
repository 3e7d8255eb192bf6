import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startHost } from '../../sandbox/host.ts';
import { describeOnHost } from '../system/target.ts';

const program = fileURLToPath(new URL('../../sandbox/host.sh', import.meta.url));

/** What of a host is on this machine: its folder, its mounts, its loop device. */
function tracesOf(name: string): readonly string[] {
  const folder = `/run/nginx-bluegreen-sandbox/${name}`;
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const loops = execFileSync('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'], {
    encoding: 'utf8',
  }).split('\n');
  const itsOwn = new RegExp(`${folder}(/| |$)`);
  return [
    ...(existsSync(folder) ? [folder] : []),
    ...[...mounts, ...loops].filter(line => itsOwn.test(line)),
  ];
}

await describeOnHost('a host with an ext4 disk', { disk: '256m', fileSystem: 'ext4' }, target => {
  test('a power cut loses what was not fsynced and keeps what was', async () => {
    const { host } = target();
    await host.sh(`
      mkdir /opt/kept; echo old >/opt/kept/replaced; sync /opt/kept/replaced; sync /opt/kept; sync /opt
      echo here >/opt/kept/removed; sync /opt/kept/removed; sync /opt/kept
      echo yes >/opt/kept/synced; sync /opt/kept/synced; sync /opt/kept
      echo no >/opt/kept/unsynced; mkdir /opt/lost; ln -s kept /opt/link
      echo new >/opt/kept/.replaced; mv /opt/kept/.replaced /opt/kept/replaced
      rm /opt/kept/removed`);
    await host.reboot('cut');
    assert.equal(
      await host.sh('ls -A /opt /opt/kept'),
      '/opt:\nkept\n\n/opt/kept:\nremoved\nreplaced\nsynced\n',
    );
    assert.equal(await host.sh('cd /opt/kept && cat synced replaced removed'), 'yes\nold\nhere\n');
  });

  test('all folders that a deploy writes to are on that disk', async () => {
    const { host } = target();
    const folders = '/opt /etc/nginx/conf.d /etc/systemd/system /usr/local/lib /var/lib /var/log/nginx';
    await host.sh(`for folder in ${folders}; do echo no >$folder/unsynced; done`);
    await host.reboot('cut');
    assert.equal(await host.sh(`for folder in ${folders}; do ls $folder | grep unsynced; done; true`), '');
  });

  test('its name, its keys and what was fsynced in an earlier life outlast a second cut', async () => {
    const { host } = target();
    await host.reboot('cut');
    assert.equal((await host.sh('hostname')).trim(), host.name);
    assert.equal((await host.sh('cat /opt/kept/synced')).trim(), 'yes');
    const [, publicKey] = (await host.sh('cat /etc/ssh/ssh_host_ed25519_key.pub')).split(' ');
    assert.ok(publicKey !== undefined && host.knownHosts.includes(publicKey));
  });

  test('a host that was started later does not hold its disk', async () => {
    const other = await startHost();
    try {
      await target().host.reboot('cut');
      assert.equal((await target().host.sh('cat /opt/kept/synced')).trim(), 'yes');
    } finally {
      await other.remove();
    }
  });

  test('removed, it leaves no loop device, no mount and no image', async () => {
    const { host } = target();
    assert.equal(tracesOf(host.name).filter(trace => trace.endsWith('disk.img')).length, 1);
    await host.remove();
    assert.deepEqual(tracesOf(host.name), []);
  });

  test('so when its owner is killed, also right after a cut', async () => {
    const owner = spawn('sleep', ['300']);
    const name = `owned-${process.pid}`;
    execFileSync('sh', [program, 'up', name, 'fs=ext4', 'disk=64m', `owner=${owner.pid}`]);
    execFileSync('sh', [program, 'reboot', name, 'cut']);
    assert.notDeepEqual(tracesOf(name), []);
    owner.kill('SIGKILL');
    for (let tries = 0; tries < 300 && tracesOf(name).length > 0; tries++) await sleep(100);
    assert.deepEqual(tracesOf(name), []);
  });
});

await describeOnHost('a host with a disk of memory', {}, target => {
  test('refuses a power cut, since it would lose nothing', async () => {
    await assert.rejects(
      target().host.reboot('cut'),
      /which no power cut empties: make the host with fs=ext4/,
    );
    assert.equal((await target().host.sh('echo up')).trim(), 'up');
  });
});
