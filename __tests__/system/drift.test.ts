import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNoDriftLeft, assertNoticed, withoutLoss } from './hand.ts';
import { activeColors, assertDeployed, assertNothingLeft, describeOnHost, underLoad } from './target.ts';
import { killedAt, versionAt } from './unconfirmed.ts';

await describeOnHost('the front door decides which color is live', {}, target => {
  const unit = (verb: string, color: 'blue' | 'green'): Promise<string> =>
    target().host.sh(`systemctl ${verb} bluegreen-shop@${color}`);

  test('a marker moved to a stopped color: it goes back to where the front door is served', async () => {
    const { deploy, host } = target();
    await deploy('1');
    await deploy('2');
    const run = await withoutLoss(target(), ['2', '3'], {}, async () => {
      await host.sh('rm /etc/nginx/bluegreen/shop/green');
      return await deploy('3');
    });
    assertDeployed(run, 'blue');
    assertNoticed(run, [
      /nginx's files named blue, but the front door was served by \S+ \(green\): they name green now/,
    ]);
    await assertNoDriftLeft(target(), '3');
    await assertNothingLeft(host);
  });

  test('a marker moved to a release of ours that runs: it is live, and comes back after a reboot', async () => {
    const { deploy, host } = target();
    const run = await withoutLoss(target(), ['2', '3'], {}, async () => {
      await unit('start', 'green');
      await host.sh(`until [ "$(curl -s http://127.0.0.1:8082/version)" = 2 ]; do sleep 0.1; done
        touch /etc/nginx/bluegreen/shop/green`);
      return await deploy('2');
    });
    assert.equal(run.outputs.outcome, 'unchanged', run.log);
    assert.equal(run.outputs['live-color'], 'green');
    assertNoticed(run, [
      /the last switch ended with blue, but the front door is served by \S+ \(green\)/,
      /the idle color blue is running \(\S+\), left by an earlier run or started by hand/,
    ]);
    assert.match(await host.sh('systemctl is-enabled bluegreen-shop@green'), /^enabled/);
    const next = await withoutLoss(target(), ['2', '4'], {}, () => deploy('4'));
    assertDeployed(next, 'blue');
    assertNoticed(next, [/the idle color blue is running/]);
    await assertNoDriftLeft(target(), '4');
  });

  test('the unit of the live release stopped: it is started again', async () => {
    await unit('stop', 'blue');
    const run = await target().deploy('4');
    assert.equal(run.outputs.outcome, 'unchanged', run.log);
    assertNoticed(run, [
      /bluegreen-shop@blue, the unit of the live release \S+, was stopped; it was started/,
    ]);
    assert.equal(await versionAt(target()), '4');
    await assertNoDriftLeft(target(), '4');
  });

  test('the same while another release stands in: no request fails, and the live one is back before the deploy', async () => {
    const { host, deploy } = target();
    const run = await withoutLoss(target(), ['2', '4', '5'], {}, async () => {
      await unit('start', 'green');
      await host.sh(`until [ "$(curl -s http://127.0.0.1:8082/version)" = 2 ]; do sleep 0.1; done`);
      await unit('stop', 'blue');
      assert.equal(await versionAt(target()), '2');
      return await deploy('5');
    });
    assertDeployed(run, 'green');
    assertNoticed(run, [/was stopped; it was started again/, /the idle color green is running/]);
    await assertNoDriftLeft(target(), '5');
  });

  test('a live release that cannot be started again does not keep the deploy from going on', async () => {
    const { host, deploy } = target();
    await unit('stop', 'green');
    await host.sh('sed -i s,^java=.*,java=/no/java, /opt/shop/green/launch.conf');
    const run = await deploy('6');
    assertDeployed(run, 'blue');
    assertNoticed(run, [
      /bluegreen-shop@green, the unit of the live release \S+, was stopped and could not be started again/,
      /\(green\) should serve, but nothing listens on port 8082/,
    ]);
    await assertNoDriftLeft(target(), '6');
  });

  test("the live color's link moved to another release: it leads to the one that runs again", async () => {
    const { host, deploy } = target();
    for (const harm of ['ln -sfn "$(readlink /opt/shop/green)" /opt/shop/blue', 'rm /opt/shop/blue']) {
      const before = await host.sh('readlink /opt/shop/blue');
      const run = await withoutLoss(target(), ['6'], {}, async () => {
        await host.sh(harm);
        return await deploy('6');
      });
      assert.equal(run.outputs.outcome, 'unchanged', run.log);
      assertNoticed(run, [/\/opt\/shop\/blue led to \S+, but \S+ is what runs; the link is back/]);
      assert.equal(await host.sh('readlink /opt/shop/blue'), before);
    }
    await assertNoDriftLeft(target(), '6');
  });

  test('the live release deleted: it serves on until a new one heals it', async () => {
    const { host, deploy } = target();
    const run = await withoutLoss(target(), ['6', '7'], {}, async () => {
      await host.sh('rm -r "$(readlink -f /opt/shop/blue)"');
      return await deploy('7');
    });
    assertDeployed(run, 'green');
    assertNoticed(run, [/was deleted: \S+ serves on from what its process holds open/]);
    await assertNoDriftLeft(target(), '7');
  });

  test('a release that was deleted while live is what a sick successor falls back to, as long as it runs', async () => {
    const { host, deploy } = target();
    await host.sh('rm -r "$(readlink -f /opt/shop/green)"');
    const sick = { env: 'SAMPLE_TURN_BAD=errors\nSAMPLE_TURN_BAD_AFTER_MS=0', 'bake-time': '30s' };
    const [run] = await underLoad(target().url, () => deploy('8', sick));
    assert.equal(run.outputs.outcome, 'reverted', run.log);
    assert.equal(await versionAt(target()), '7');
    assert.equal(await activeColors(host), 'green');
    assertDeployed(await withoutLoss(target(), ['7', '9'], {}, () => deploy('9')), 'blue');
    await assertNoDriftLeft(target(), '9');
  });

  test('a marker moved to the candidate before its switch: the old release serves until then', async () => {
    const { deploy, host } = target();
    const run = await withoutLoss(target(), ['9', '10'], {}, async () => {
      const moved = host.sh(
        'until [ "$(curl -s http://127.0.0.1:8082/version)" = 10 ]; do sleep 0.1; done; sleep 1; touch /etc/nginx/bluegreen/shop/green',
      );
      const deployed = await deploy('10', { 'smoke-command': 'sleep 4' });
      await moved;
      return deployed;
    });
    assertDeployed(run, 'green');
    assertNoticed(run, [/other hands moved the traffic to green before its release was ready/]);
    assert.match(await host.sh('cat /opt/shop/state/journal'), /^from=blue\nto=green$/m);
    await assertNoDriftLeft(target(), '10');
  });

  test('the machine goes down in a bake, and the release before it was deleted: the new one serves after boot', async () => {
    const { deploy, host } = target();
    await deploy('11', { 'bake-time': '5m' }, killedAt('switch took'));
    await host.sh('rm -r "$(readlink -f /opt/shop/green)"');
    await host.reboot('hard');
    await host.sh('for n in $(seq 100); do curl -sf http://127.0.0.1/ >/dev/null && break; sleep 0.2; done');
    assert.equal(await versionAt(target()), '11');
    assert.match(await host.sh('cat /opt/shop/state/journal'), /^state=switched$/m);
    assertDeployed(await deploy('12'), 'green');
    await assertNoDriftLeft(target(), '12');
    await assertNothingLeft(host);
  });
});
