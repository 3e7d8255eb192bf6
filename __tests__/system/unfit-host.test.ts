import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { buildJar } from '../../sandbox/app/build.ts';
import {
  activeColors,
  assertDeployed,
  assertRefused,
  assertRefusedUnderLoad,
  describeOnHost,
  type Inputs,
  underLoad,
} from './target.ts';

await describeOnHost('a host in trouble keeps serving the live release', { disk: '96m' }, target => {
  before(async () => assertDeployed(await target().deploy('1'), 'blue'));

  const refused =
    (inputs: Inputs = {}) =>
    () =>
      target().deploy('2', inputs);
  const atInspect = { stage: 'inspect', outcome: 'refused', serving: '1' } as const;

  test('the idle port is held by a stranger', async () => {
    const { host } = target();
    await host.sh(`cat >/root/stranger.pl <<'PERL'
use IO::Socket;
my $s = IO::Socket::INET->new(Listen => 5, LocalPort => 8082, LocalAddr => "127.0.0.1") or die;
sleep 600;
PERL
      systemd-run -q --unit=stranger /usr/bin/perl /root/stranger.pl
      until ss -Hltn 'sport = :8082' | grep -q .; do sleep 0.05; done`);
    await assertRefusedUnderLoad(target(), refused(), {
      ...atInspect,
      reason: 'port-taken',
      says: /port 8082 \(green\) is held by process \d+ \(\/usr\/bin\/perl/,
    });
    assert.equal(
      (await host.sh('systemctl is-active stranger')).trim(),
      'active',
      'the stranger was left alone',
    );
    await host.sh('systemctl stop stranger');
  });

  test('nginx is configured wrongly by somebody else', async () => {
    const { host } = target();
    await host.sh('echo "server { listen 81; bogus on; }" >/etc/nginx/conf.d/other.conf');
    await assertRefusedUnderLoad(target(), refused(), {
      ...atInspect,
      reason: 'nginx-config-invalid',
      says: /unknown directive "bogus" in \/etc\/nginx\/conf\.d\/other\.conf/,
    });
    await host.sh('rm /etc/nginx/conf.d/other.conf');
  });

  test('sudo asks for a password', async () => {
    const { host } = target();
    await host.sh('mv /etc/sudoers.d/90-cloud-users /root/');
    await assertRefusedUnderLoad(target(), refused(), {
      ...atInspect,
      stage: 'acquire',
      reason: 'sudo-refused',
      says: /a password is required/,
    });
    await host.sh('mv /root/90-cloud-users /etc/sudoers.d/');
  });

  test('Java is gone', async () => {
    await assertRefusedUnderLoad(target(), refused({ java: '/opt/nowhere/java' }), {
      ...atInspect,
      reason: 'java-missing',
      says: /'\/opt\/nowhere\/java' is not on the host/,
    });
  });

  test('the disk is too small for the jar', async () => {
    const jar = await buildJar({ version: '2', megabytes: 120 });
    await assertRefusedUnderLoad(target(), refused({ jar }), {
      ...atInspect,
      reason: 'disk-full',
      says: /has \d+ MiB left, and this deploy needs 247 MiB: 116 MiB for the jar, 116 MiB to spare/,
    });
  });

  test('the disk fills up while the jar is on its way', async () => {
    const { host } = target();
    const jar = await buildJar({ version: '2', megabytes: 24 });
    const fill =
      'systemd-run -q --unit=filler sh -c "until ls /opt/shop/releases/*.part >/dev/null 2>&1; do :; done; dd if=/dev/zero of=/fill bs=1M"';
    await host.sh(fill);
    await assertRefusedUnderLoad(target(), refused({ jar }), {
      stage: 'upload',
      reason: 'disk-full',
      outcome: 'refused',
      says: /is full/,
      serving: '1',
    });
    await host.sh('systemctl stop filler 2>/dev/null; rm -f /fill');
  });

  test('the live release keeps the user it can be restarted with', async () => {
    await assertRefusedUnderLoad(target(), refused({ 'app-user': 'another' }), {
      ...atInspect,
      reason: 'input-invalid',
      says: /runs as the user shop, and app-user is now another/,
    });
  });

  test('the nginx files of a live release are gone', async () => {
    const { host } = target();
    await host.sh('mv /etc/nginx/conf.d/bluegreen-shop.conf /root/');
    await assertRefusedUnderLoad(target(), refused(), {
      ...atInspect,
      reason: 'front-door-mismatch',
      says: /bluegreen-shop@blue runs and was switched to, but nginx's files for shop are gone/,
    });
    await host.sh('mv /root/bluegreen-shop.conf /etc/nginx/conf.d/');
  });

  test('a switch broken off with a configuration that nginx refuses is taken back by the next run', async () => {
    const { host, deploy } = target();
    await host.sh(`
      rm -rf /opt/shop/state/before; mkdir /opt/shop/state/before
      cp -p /etc/nginx/conf.d/bluegreen-shop.conf /etc/nginx/bluegreen/shop/live.conf /opt/shop/state/before/
      printf 'state=open\\nfrom=blue\\nto=green\\nrelease=none\\n' >/opt/shop/state/journal
      echo 'broken on;' >>/etc/nginx/conf.d/bluegreen-shop.conf`);
    const [run, load] = await underLoad(target().url, () => deploy('1'));
    assert.equal(run.outputs.outcome, 'unchanged', run.log);
    assert.match(run.log, /took back a switch that an earlier run left open/);
    assert.ok(load.failed <= 5, 'only the reload that reads the old files again may reset a connection');
    await host.sh('nginx -t -q');
  });

  test("a unit of that name is somebody else's", async () => {
    const { host } = target();
    await host.sh('echo "[Service]" >/etc/systemd/system/bluegreen-api@.service');
    const run = await target().deploy('2', {
      app: 'api',
      'blue-port': '9081',
      'green-port': '9082',
      listen: '8080',
    });
    assertRefused(run, {
      stage: 'inspect',
      reason: 'not-ours',
      outcome: 'refused',
      says: /bluegreen-api@\.service is there and was not written by nginx-bluegreen/,
    });
    assert.equal(await host.sh('cat /etc/systemd/system/bluegreen-api@.service'), '[Service]\n');
    await host.sh('rm -r /etc/systemd/system/bluegreen-api@.service /opt/api');
  });

  test("an app user of that name is somebody else's, as it would be with an app called mysql", async () => {
    const { host } = target();
    const run = await target().deploy('2', {
      app: 'games',
      'blue-port': '9081',
      'green-port': '9082',
      listen: '8080',
    });
    assertRefused(run, {
      stage: 'upload',
      reason: 'not-ours',
      outcome: 'refused',
      says: /The user games is there and was not made by nginx-bluegreen/,
    });
    await host.sh('rm -r /opt/games');
  });

  test('when all is mended the next deploy works with no hand', async () => {
    assertDeployed(await target().deploy('2'), 'green');
    assert.equal(await activeColors(target().host), 'green');
  });

  test('nginx is absent', async () => {
    const { host, deploy } = target();
    await host.sh('mv /usr/sbin/nginx /usr/sbin/nginx.gone');
    assertRefused(await deploy('3'), {
      stage: 'inspect',
      reason: 'nginx-missing',
      outcome: 'refused',
      says: /nginx is not installed/,
    });
    await host.sh('mv /usr/sbin/nginx.gone /usr/sbin/nginx');
    assertDeployed(await deploy('3'), 'blue');
  });
});
