import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNoDriftLeft, assertNoticed, withoutLoss } from './hand.ts';
import { assertDeployed, assertNothingLeft, assertRefused, describeOnHost, underLoad } from './target.ts';
import { versionAt } from './unconfirmed.ts';

const refused = { stage: 'inspect', reason: 'front-door-mismatch', outcome: 'refused' } as const;

await describeOnHost('nginx in other hands', {}, target => {
  test("before the first release: somebody else's server on the port is told, nothing is changed", async () => {
    const { deploy, host } = target();
    await host.sh('systemctl stop nginx; systemd-run -q --unit=stranger nginx -g "daemon off;"; sleep 0.5');
    assertRefused(await deploy('1'), {
      ...refused,
      says: /port 80 is held by process \d+ \(nginx: master process.*which nginx\.service did not start/,
    });
    await host.sh('systemctl stop stranger; sleep 0.5');
  });

  test('a stopped nginx is started by the first deploy', async () => {
    assert.match((await target().host.run('systemctl is-active nginx')).stdout, /^inactive/);
    assertDeployed(await target().deploy('1'), 'blue');
    await assertNoDriftLeft(target(), '1');
  });

  test('nginx killed: it is started again, and the deploy goes on', async () => {
    const { deploy, host } = target();
    await host.sh('systemctl kill -s KILL nginx; until systemctl is-failed -q nginx; do sleep 0.1; done');
    const run = await deploy('2');
    assertDeployed(run, 'green');
    assertNoticed(run, [/nginx had failed \(signal\), so nobody was served; it was started again/]);
    await assertNoDriftLeft(target(), '2');
  });

  test('nginx killed between start and switch: the deploy brings it back and ends well', async () => {
    const { deploy, host } = target();
    const killed = host.sh(
      'until [ "$(curl -s http://127.0.0.1:8081/version)" = 3 ]; do sleep 0.1; done; systemctl kill -s KILL nginx',
    );
    const run = await deploy('3', { 'smoke-command': 'sleep 3' });
    await killed;
    assertDeployed(run, 'blue');
    assertNoticed(run, [/nginx had failed/]);
    await assertNoDriftLeft(target(), '3');
    await assertNothingLeft(host);
  });

  test('nginx stopped by hand is left stopped: the deploy says how to start it', async () => {
    const { deploy, host } = target();
    await host.sh('systemctl stop nginx');
    assertRefused(await deploy('4'), {
      ...refused,
      says: /nginx is stopped, so nobody is served.*systemctl start nginx/s,
    });
    await host.sh('systemctl start nginx');
    await assertNoDriftLeft(target(), '3');
  });

  test('an nginx that was started by hand in place of the service is refused, while it serves', async () => {
    const { deploy, host } = target();
    await host.sh('systemctl stop nginx; systemd-run -q --unit=stranger nginx -g "daemon off;"; sleep 0.5');
    const run = await withoutLoss(target(), ['3'], {}, () => deploy('4'));
    assertRefused(run, { ...refused, says: /which nginx\.service did not start.*systemctl restart nginx/s });
    await host.sh('systemctl stop stranger; systemctl start nginx');
  });

  test('a second server beside nginx on its port is refused, one on another port is not', async () => {
    const { deploy, host } = target();
    const other = (port: number) => `cat >/root/other.conf <<'CONF'
events {}
pid /run/other.pid;
http { server { listen ${port} reuseport; location / { return 200 'version=3 other'; } } }
CONF
systemd-run -q --unit=other nginx -c /root/other.conf -g 'daemon off;'; sleep 0.5`;
    await host.sh(
      `sed -i 's/    listen 80 default_server;/    listen 80 default_server reuseport;/' /etc/nginx/conf.d/bluegreen-shop.conf; systemctl restart nginx; ${other(80)}`,
    );
    assertRefused(await deploy('4'), {
      ...refused,
      says: /port 80 is held by process \d+ \(nginx: \S+ process.*which nginx\.service did not start/,
    });
    await host.sh(`systemctl stop other; sleep 0.3; ${other(8080)}`);
    assertDeployed(await deploy('4'), 'green');
    await host.sh('systemctl stop other');
  });

  test('an upgrade of nginx that was not finished is refused, with how to finish it', async () => {
    const { deploy, host } = target();
    const old = (await host.sh('cat /run/nginx.pid')).trim();
    await host.sh(`kill -USR2 ${old}; until [ -e /run/nginx.pid.oldbin ]; do sleep 0.1; done; sleep 1`);
    const run = await withoutLoss(target(), ['4'], {}, () => deploy('5'));
    assertRefused(run, {
      ...refused,
      says: /nginx has several masters on port 80.*kill -QUIT the older master/s,
    });
    await host.sh(`kill -QUIT ${old}; until ! kill -0 ${old} 2>/dev/null; do sleep 0.1; done; sleep 0.5`);
    const next = await withoutLoss(target(), ['4', '5'], {}, () => deploy('5'));
    assertDeployed(next, 'blue');
    assert.equal(await versionAt(target()), '5');
    await assertNoDriftLeft(target(), '5');
  });

  test('nginx that goes by files of before reads them again, before a release starts on the color that it would choose', async () => {
    const { deploy, host, url } = target();
    const reload = { switch: 'reload' };
    assertDeployed(await deploy('6', reload), 'green');
    assertDeployed(await deploy('7', reload), 'blue');
    const liveConf = '/etc/nginx/bluegreen/shop/live.conf';
    await host.sh(
      `cp -p ${liveConf} /root/live.conf; sed -i 's/shop-blue/shop-green/' ${liveConf}; systemctl reload nginx; sleep 1; cat /root/live.conf >${liveConf}`,
    );
    assertRefused(await deploy('8', reload), { ...refused, says: /200 through 'shop-green' from/ });
    const [run, load] = await underLoad(url, () =>
      deploy('8', { ...reload, force: 'true', env: 'SAMPLE_HEALTH=down', 'health-timeout': '3s' }),
    );
    assertRefused(run, { stage: 'start', reason: 'unhealthy', outcome: 'failed', says: /was not healthy/ });
    assert.match(run.log, /nginx went by files that were put back since: it has read them again/);
    assert.deepEqual(Object.keys(load.versions), ['7'], 'nothing of a release that was never proven');
    assertDeployed(await deploy('8'), 'green');
    await assertNoDriftLeft(target(), '8');
  });
});
