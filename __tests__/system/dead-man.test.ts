import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import {
  activeColors,
  assertDeployed,
  assertNothingLeft,
  assertRefused,
  describeOnHost,
  underLoad,
} from './target.ts';
import { killedAt, stateOf, untilSettled, versionAt } from './unconfirmed.ts';

await describeOnHost("dead man's switch", {}, target => {
  test('verify-url that answers well confirms the switch', async () => {
    await target().deploy('1');
    const run = await target().deploy('2', { 'verify-url': `${target().url}/version` });
    assertDeployed(run, 'green');
    assert.match(run.log, /\/version answered well/);
    assert.equal(await stateOf(target()), 'switched');
    await assertNothingLeft(target().host);
  });

  test('verify-url that says no: the runner has the switch taken back', async () => {
    const server = createServer((_, answer) => answer.writeHead(503).end());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const inputs = { 'verify-url': `http://127.0.0.1:${port}/`, 'bake-time': '30s' };
    const [run, load] = await underLoad(target().url, () => target().deploy('3', inputs)).finally(() => {
      server.close();
    });
    assertRefused(run, {
      stage: 'bake',
      reason: 'verify-failed',
      outcome: 'reverted',
      says: /verify-url said no to \S+: http:\/\/127\.0\.0\.1:\d+\/: it answered 503/,
    });
    assert.equal(load.failed, 0, JSON.stringify(load.failures));
    assert.equal(await versionAt(target()), '2');
    assert.equal(await activeColors(target().host), 'green');
    await assertNothingLeft(target().host);
  });

  test('with verify-url the host does not confirm alone: the timer takes the switch back', async () => {
    const inputs = { 'verify-url': 'http://192.0.2.1/', 'bake-time': '0s' };
    await target().deploy('3', inputs, killedAt('switch took'));
    assert.equal(await stateOf(target()), 'baked');
    assert.equal(await versionAt(target()), '3');
    const timer = await target().host.sh(
      'systemctl show -p ActiveState,NextElapseUSecMonotonic bluegreen-shop-deadline.timer',
    );
    assert.match(timer, /ActiveState=active/);
    assert.match(timer, /NextElapseUSecMonotonic=\d/, 'it is set to go off');
    const [, load] = await underLoad(target().url, async () => {
      // What the timer does when its time has come.
      await target().host.sh(
        'systemctl start --no-block bluegreen-shop-deadline.service; systemctl stop bluegreen-shop-deadline.timer',
      );
      await untilSettled(target(), 'restored');
    });
    assert.equal(load.failed, 0, JSON.stringify(load.failures));
    assert.equal(await versionAt(target()), '2');
    assert.equal(await activeColors(target().host), 'green');
    await assertNothingLeft(target().host);
  });

  test('a switch broken off half-way is not confirmed for the runner: the timer takes it back, also if killed once', async () => {
    const { host } = target();
    await target().deploy('3', { 'verify-url': 'http://192.0.2.1/' }, killedAt('switch took'));
    // As if the stage had been killed between the flip and the verdict. The lock holds the deadline up.
    await host.sh(`
      sed -i s/^state=.*/state=open/ /opt/shop/state/journal
      flock /opt/shop/state/stage-lock sleep 3 >/dev/null 2>&1 &
      sleep 0.2
      systemctl start --no-block bluegreen-shop-deadline.service; systemctl stop bluegreen-shop-deadline.timer
      sleep 1
      systemctl kill -s KILL bluegreen-shop-deadline.service`);
    await untilSettled(target(), 'restored');
    assert.equal(await versionAt(target()), '2');
    assert.equal(await activeColors(host), 'green');
  });

  test('the watch is faster than a verify-url that says no: the run is told as reverted', async () => {
    const inputs = {
      'verify-url': `${target().url}/nowhere`,
      'bake-time': '60s',
      env: 'SAMPLE_TURN_BAD=exit\nSAMPLE_TURN_BAD_AFTER_MS=500',
    };
    const [run] = await underLoad(target().url, () => target().deploy('3', inputs));
    assert.equal(run.outputs.outcome, 'reverted', run.log);
    assert.equal(run.outputs.reason, 'verify-failed', run.log);
    assert.match(run.log, /did worse than it may: its process ended/);
    assert.equal(run.outputs.changed, 'false');
    assert.equal(run.outputs['live-color'], 'green');
    assert.equal(await versionAt(target()), '2');
    await assertNothingLeft(target().host);
  });

  test('the machine loses its power during the bake: after boot the release before it serves', async () => {
    await target().deploy('4', { 'bake-time': '5m' }, killedAt('switch took'));
    assert.equal(await versionAt(target()), '4');
    await target().host.reboot('hard');
    assert.equal(await stateOf(target()), 'restored');
    assert.match(
      await target().host.sh("sed -n 's/^why=//p' /opt/shop/state/journal"),
      /was not confirmed before the machine went down/,
    );
    assert.equal(await firstAnswer(), '2');
    assert.equal(await activeColors(target().host), 'green');
    const run = await target().deploy('5');
    assertDeployed(run, 'blue');
    await assertNothingLeft(target().host);
  });

  test('the machine loses its power half-way through a switch: after boot the release before it serves', async () => {
    const { host } = target();
    await target().deploy('6', { 'bake-time': '5m' }, killedAt('switch took'));
    // As if the power had gone between the flip and the verdict.
    await host.sh(
      'sed -i s/^state=.*/state=open/ /opt/shop/state/journal; rm -f /etc/nginx/bluegreen/shop/measuring; sync',
    );
    await host.reboot('hard');
    assert.equal(await stateOf(target()), 'restored');
    assert.equal(await firstAnswer(), '5');
    assertDeployed(await target().deploy('7'), 'green');
    await assertNothingLeft(host);
  });

  test('a confirmed switch is not touched at boot', async () => {
    await target().host.reboot('hard');
    assert.equal(await stateOf(target()), 'switched');
    assert.equal(await firstAnswer(), '7');
  });

  /** What the front door answers once the app is up after a boot. */
  async function firstAnswer(): Promise<string> {
    await target().host.sh(
      'for n in $(seq 100); do curl -sf http://127.0.0.1/ >/dev/null && break; sleep 0.2; done',
    );
    return await versionAt(target());
  }
});
