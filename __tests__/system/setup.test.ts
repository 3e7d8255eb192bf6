import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEc2 } from '../../sandbox/ec2/ec2.ts';
import { findingsOf, withoutLoss } from './hand.ts';
import { assertSetUp, stepsOf, withoutChange } from './set-up.ts';
import {
  assertDeployed,
  assertNothingLeft,
  assertRefused,
  describeOnHost,
  type Inputs,
  type Target,
} from './target.ts';

const setUp = (target: Target, inputs: Inputs = {}) => target.deploy('1', { ...inputs, command: 'setup' });

const isWaiting = async ({ url }: Target): Promise<void> => {
  const answer = await fetch(url);
  assert.deepEqual(
    [answer.status, answer.headers.get('retry-after'), await answer.text()],
    [503, '60', 'No release of shop is live yet.\n'],
  );
};

await describeOnHost('setup of a host that has nginx and Java', {}, target => {
  test('it says what it will do and what it did, and the site answers 503 until the first deploy', async () => {
    const run = await setUp(target());
    assertSetUp(run, ['user', 'unit', 'site']);
    const site = stepsOf(run).get('site');
    assert.match(site?.will ?? '', /^write .*untouched default site.*reload nginx once$/);
    assert.match(site?.did ?? '', /^wrote .*answers 503.*moved .*default site.*nginx was reloaded once$/);
    const said = run.lines.findIndex(line => line.includes('site: will write'));
    const did = run.lines.findIndex(line => line.includes('site: wrote'));
    assert.ok(said > 0 && said < did, run.log);
    assert.match(run.summary, /^### ✅ shop set up: no release is live on/);
    assert.match(run.summary, /\| site \| \*\*wrote /);
    assert.ok(findingsOf(run).some(one => one.startsWith('worker_connections is 768 ')));
    await isWaiting(target());
    await assertNothingLeft(target().host);
  });

  test('a second time it changes nothing', async () => {
    assertSetUp(await withoutChange(target().host, () => setUp(target())), []);
  });

  test('of an instance the ports are opened and the tag says the host keys, by which it is known from then on', async () => {
    const { deploy, host } = target();
    const group = {
      id: 'sg-0123456789abcdef0',
      name: 'web',
      rules: [{ protocol: 'tcp', from: 22, to: 22, ipv4: '0.0.0.0/0' }],
    };
    const ec2 = await startEc2([{ address: host.address, groups: [group] }], { prefer: 'own' });
    const env = {
      AWS_ENDPOINT_URL_EC2: ec2.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'y',
    };
    const inputs = {
      command: 'setup',
      host: '',
      'instance-id': ec2.instanceIds[0] ?? '',
      'open-ports': '80',
    };
    try {
      const run = await deploy('1', inputs, { env });
      assertSetUp(run, ['open-ports', 'host-key-tag']);
      assert.match(
        stepsOf(run).get('open-ports')?.will ?? '',
        /^let in TCP 80 from 0\.0\.0\.0\/0, TCP 80 from ::\/0/,
      );
      const rules = ec2.groups.flatMap(one => one.rules).filter(rule => rule.from === 80);
      assert.deepEqual(rules.map(({ ipv4, ipv6 }) => ipv4 ?? ipv6).toSorted(), ['0.0.0.0/0', '::/0']);
      const shown = await host.sh('for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done');
      const tag = ec2.instances[0]?.tags.find(([key]) => key === 'nginx-bluegreen:host-key')?.[1] ?? '';
      assert.deepEqual(tag.split(' ').toSorted(), [...shown.matchAll(/SHA256:\S+/g)].flat().toSorted());
      assertSetUp(await deploy('1', { ...inputs, 'ssh-host-key': 'ec2-console' }, { env }), []);
    } finally {
      await ec2.stop();
    }
  });

  test('what nginx refuses does not stay', async () => {
    const { host } = target();
    const files =
      'find /etc/nginx /etc/systemd /var/lib/nginx-bluegreen -type f -o -type l | sort | xargs sha256sum';
    const before = await host.sh(files);
    const tls = { 'tls-certificate': '/etc/ssl/none.pem', 'tls-key': '/etc/ssl/none.key' };
    assertRefused(await setUp(target(), tls), {
      stage: 'setup',
      reason: 'nginx-config-invalid',
      outcome: 'failed',
      says: /cannot load certificate "\/etc\/ssl\/none\.pem".*What was there before is back/,
    });
    assert.equal(await host.sh(files), before);
    await isWaiting(target());
    await assertNothingLeft(host);
  });

  test('a setup that was killed in the middle of the site is put back by the next run, and at boot', async () => {
    const { host } = target();
    const breakOff = `
      mkdir /opt/shop/state/site-before && touch /opt/shop/state/site-before/open
      cp -p /etc/nginx/conf.d/bluegreen-shop.conf /etc/nginx/bluegreen/shop/live.conf /opt/shop/state/site-before/
      echo 'bogus;' >>/etc/nginx/conf.d/bluegreen-shop.conf`;
    await host.sh(breakOff);
    const run = await setUp(target());
    assertSetUp(run, []);
    assert.match(
      findingsOf(run)[0] ?? '',
      /^a setup that was broken off had begun to change the files of nginx/,
    );
    await host.sh(`${breakOff}; sync`);
    await host.reboot('hard');
    await isWaiting(target());
    await assertNothingLeft(host);
  });

  test('the first deploy, and those after it, go on from there', async () => {
    const { deploy } = target();
    assertDeployed(await deploy('1'), 'blue');
    const back = await withoutLoss(target(), ['1', '2'], {}, async () => {
      assertDeployed(await deploy('2'), 'green');
      return await deploy('1', { command: 'rollback' });
    });
    assert.equal(back.outputs.outcome, 'rolled-back', back.log);
  });

  test('with a live release it changes nothing, and no request is lost', async () => {
    const run = await withoutChange(target().host, () =>
      withoutLoss(target(), ['1'], {}, () => setUp(target())),
    );
    assertSetUp(run, []);
    assert.match(run.summary, /was set up already, and nothing was changed: release /);
  });

  test('what was edited of ours is written again, and its text is kept', async () => {
    const { host } = target();
    await host.sh(`
      sed -i 's/^RestartSec=.*/RestartSec=9s/' /etc/systemd/system/bluegreen-shop@.service
      rm /etc/systemd/system/bluegreen-shop-guard.service`);
    const run = await withoutLoss(target(), ['1'], {}, () => setUp(target()));
    assertSetUp(run, ['unit']);
    assert.ok(
      findingsOf(run).some(one => /bluegreen-shop@\.service was edited by hand; it was replaced/.test(one)),
    );
    const kept = await host.sh('grep -l RestartSec=9s /var/lib/nginx-bluegreen/shop/replaced/*');
    assert.match(kept, /bluegreen-shop@\.service/);
  });

  test('another site beside a live release takes one reload, which is told, and the traffic stays', async () => {
    const { host, url } = target();
    const run = await setUp(target(), { 'max-body-size': '5m' });
    assertSetUp(run, ['site']);
    assert.match(stepsOf(run).get('site')?.will ?? '', /reload nginx once; the traffic stays with blue$/);
    assert.match(
      stepsOf(run).get('site')?.did ?? '',
      /^wrote \S+ and \S+\/live\.conf; nginx was reloaded once$/,
    );
    assert.match(run.summary, /What a reload of this nginx loses/);
    assert.equal(JSON.parse(run.outputs.result ?? '').hosts[0].reloads, 1);
    assert.equal(await (await fetch(`${url}/version`)).text(), '1');
    assert.match(await host.sh('cat /etc/nginx/conf.d/bluegreen-shop.conf'), /client_max_body_size 5m;/);
  });

  test('where SELinux enforces, nginx is let connect; a log that nobody rotates is rotated; once', async () => {
    const { host } = target();
    const inputs = { 'max-body-size': '5m' };
    await host.sh(`
      cd /usr/local/bin
      echo 'echo Enforcing' >getenforce
      echo 'echo "$1 --> $(cat /var/lib/boolean 2>/dev/null || echo off)"' >getsebool
      echo 'echo "$*" >>/var/lib/setsebool-calls; echo "$3" >/var/lib/boolean' >setsebool
      sed -i '1i #!/bin/sh' getenforce getsebool setsebool
      chmod +x getenforce getsebool setsebool
      rm /etc/logrotate.d/nginx`);
    assertSetUp(await setUp(target(), inputs), ['selinux', 'logs']);
    assertSetUp(await setUp(target(), inputs), []);
    assert.equal(await host.sh('cat /var/lib/setsebool-calls'), '-P httpd_can_network_connect on\n');
    await host.sh(
      'logrotate --force /etc/logrotate.d/bluegreen-shop && test -e /var/log/nginx/bluegreen-shop.log.1',
    );
  });
});
