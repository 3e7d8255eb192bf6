import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertDeployed, assertNothingLeft, assertRefused, describeOnHost, underLoad } from './target.ts';

const inputs = { switch: 'reload' };

/** Holds nginx's master still from now on, until some seconds after the switch has rewritten live.conf. */
const slowDown = (color: string, seconds: number): string => `
  systemd-run -q --unit=slow sh -c '
    master=$(systemctl show --value -p MainPID nginx)
    kill -STOP $master
    until grep -qF "http://shop-${color};" /etc/nginx/bluegreen/shop/live.conf; do sleep 0.05; done
    sleep ${seconds}
    kill -CONT $master'`;

await describeOnHost('a reload that nginx takes its time for, or cannot do', {}, target => {
  test('the switch waits for a slow nginx: a worker with the old configuration counts as not switched', async () => {
    const { deploy, host, url } = target();
    assertDeployed(await deploy('1', inputs), 'blue');
    await host.sh(slowDown('green', 7));
    const [run, load] = await underLoad(url, () => deploy('2', inputs));
    assertDeployed(run, 'green');
    assert.match(run.log, /switch took ([7-9]|1\d)\.\d s/);
    const { reset = 0, closed = 0, ...others } = load.failures;
    assert.deepEqual(others, {}, 'a reload may reset connections; nothing else may fail');
    assert.ok(reset + closed < load.requests / 100);
    assert.equal(await (await fetch(`${url}/version`)).text(), '2');
  });

  test('a configuration that passes its test but cannot be applied is taken back', async () => {
    const { deploy, host, url } = target();
    await host.sh(`systemd-run -q --unit=holder --socket-property=ListenStream=9999 /bin/true
      echo 'server { listen 9999; }' >/etc/nginx/conf.d/other.conf; nginx -t -q`);
    const [run, load] = await underLoad(url, () => deploy('3', inputs));
    assertRefused(run, {
      stage: 'switch',
      reason: 'nginx-config-invalid',
      outcome: 'reverted',
      says: /did not take its new configuration over: its old workers go on/,
    });
    assert.equal(load.failed, 0, JSON.stringify(load.samples));
    assert.deepEqual(Object.keys(load.versions), ['2']);
    await assertNothingLeft(host);
    await host.sh('rm /etc/nginx/conf.d/other.conf; systemctl stop holder.socket');
    assertDeployed(await deploy('3', inputs), 'blue');
  });
});
