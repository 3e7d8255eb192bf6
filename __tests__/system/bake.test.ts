import assert from 'node:assert/strict';
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

const turnBad = (how: string, afterMs = 2000): string =>
  `SAMPLE_TURN_BAD=${how}\nSAMPLE_TURN_BAD_AFTER_MS=${afterMs}`;

await describeOnHost('bake', {}, target => {
  test('a first release that turns bad has nothing to go back to: it stays, and the run fails', async () => {
    const inputs = { 'bake-time': '30s', env: turnBad('unhealthy', 500) };
    const run = await target().deploy('1', inputs, {
      onLine: line => {
        if (line.startsWith('switch took')) fetch(target().url);
      },
    });
    assert.equal(run.outputs.outcome, 'failed', run.log);
    assert.equal(run.outputs.reason, 'bake-failed');
    assert.match(run.log, /stays live all the same, since there was no release before it/);
    assert.equal(run.outputs['live-color'], 'blue');
    assert.equal(await versionAt(target()), '1');
    await assertNothingLeft(target().host);
  });

  test('a release that does well is confirmed by the host, with its numbers against the one before', async () => {
    await target().deploy('1');
    const [run, load] = await underLoad(target().url, () => target().deploy('2', { 'bake-time': '4s' }));
    assertDeployed(run, 'blue');
    assert.equal(load.failed, 0, JSON.stringify(load.failures));
    const [host] = JSON.parse(run.outputs.result ?? '').hosts;
    assert.equal(host.bake.errors, 0);
    assert.ok(host.bake.requests > 100 && host.bake.oldRequests > 20, JSON.stringify(host.bake));
    assert.equal(typeof host.bake.medianMs, 'number');
    assert.match(run.summary, /Watched after the switch: 0 of [\d,]+ requests to the new release failed/);
    await assertNothingLeft(target().host);
    assert.equal(await activeColors(target().host), 'blue');
  });

  for (const [how, why] of [
    ['errors', /[1-9]\d* of its last \d+ requests failed \([\d.]+%25\), over the limit of 1%25/],
    ['slow', /its median answer took \d{4,} ms over the last 5 s/],
    // `exit` is a value of env, and so hidden in every word.
    ['exit', /its process ended: it \*\*\*ed with status 3/],
    ['unhealthy', /it lost its health: \/actuator\/health answered 503 three times in a row/],
  ] as const) {
    test(`a release that turns bad after the switch (${how}) is taken back by the host`, async () => {
      const [run, load] = await underLoad(target().url, () =>
        target().deploy('3', { 'bake-time': '60s', env: turnBad(how) }),
      );
      assertRefused(run, { stage: 'bake', reason: 'bake-failed', outcome: 'reverted', says: why });
      assert.equal(run.outputs['live-color'], 'blue');
      assert.equal(run.outputs.changed, 'false');
      // A POST that a dying process had taken cannot be sent again by anybody.
      assert.equal(how === 'errors' ? 0 : load.failed - load.posts.failed, 0, JSON.stringify(load));
      assert.equal(await versionAt(target()), '2');
      assert.equal(await activeColors(target().host), 'blue');
      await assertNothingLeft(target().host);
      const [host] = JSON.parse(run.outputs.result ?? '').hosts;
      assert.equal(host.traffic.failed, load.byStatus[500] ?? load.byStatus[502] ?? 0, JSON.stringify(load));
      if (how === 'errors') assert.match(run.log, /turning bad: /, "the app's last words are in the log");
    });
  }

  test('the runner is killed just after the switch: the host takes a bad release back alone', async () => {
    const [run, load] = await underLoad(target().url, async () => {
      const inputs = { 'bake-time': '60s', env: turnBad('exit') };
      const killed = await target().deploy('3', inputs, killedAt('switch took'));
      await untilSettled(target(), 'restored');
      return killed;
    });
    assert.equal(run.code, null);
    assert.ok(load.versions[3], 'the new release had served');
    assert.equal(load.failed, load.posts.failed, JSON.stringify(load));
    assert.equal(await versionAt(target()), '2');
    await assertNothingLeft(target().host);
  });

  test('the runner is killed just after the switch: the host confirms a good release and retires the old one', async () => {
    const [, load] = await underLoad(target().url, async () => {
      await target().deploy('3', { 'bake-time': '3s' }, killedAt('switch took'));
      await untilSettled(target(), 'switched');
    });
    assert.equal(load.failed, 0, JSON.stringify(load.failures));
    assert.equal(await versionAt(target()), '3');
    assert.equal(await activeColors(target().host), 'green');
    await assertNothingLeft(target().host);
  });

  test('a watch that is killed begins again and ends the bake', async () => {
    const { host } = target();
    const inputs = { 'bake-time': '5s' };
    const run = await target().deploy('4', inputs, {
      onLine: line => {
        if (line.startsWith('switch took')) host.run('systemctl kill -s KILL bluegreen-shop-watch');
      },
    });
    assertDeployed(run, 'blue');
    const log = await host.sh('journalctl -q -u bluegreen-shop-watch --no-pager');
    assert.match(log, /code=killed, status=9\/KILL/);
  });

  test('a run after one that was killed in its bake takes the unconfirmed release back first, and goes on', async () => {
    await target().deploy('5', { 'bake-time': '5m' }, killedAt('switch took'));
    assert.equal(await stateOf(target()), 'baking');
    assert.equal(await versionAt(target()), '5');
    const [run, load] = await underLoad(target().url, () => target().deploy('6'));
    assertDeployed(run, 'green');
    assert.match(run.log, /was not confirmed by the run that switched to it; \S+ \(blue\) serves again/);
    assert.equal(load.failed, 0, JSON.stringify(load.failures));
    await assertNothingLeft(target().host);
  });

  test('traffic moved back by hand during the bake stays there: the watch does not stop what is live', async () => {
    const [, load] = await underLoad(target().url, async () => {
      await target().deploy('7', { 'bake-time': '4s' }, killedAt('switch took'));
      await target().host.sh('touch /etc/nginx/bluegreen/shop/green');
      await untilSettled(target(), 'restored');
    });
    assert.equal(load.failed, 0, JSON.stringify(load.failures));
    assert.equal(await versionAt(target()), '6');
    assert.equal(await activeColors(target().host), 'green');
    await assertNothingLeft(target().host);
  });
});
