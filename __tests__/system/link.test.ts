import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { buildJar } from '../../sandbox/app/build.ts';
import { cutSilently, resetConnections, slowDown } from '../../sandbox/link.ts';
import type { RunOptions } from '../../sandbox/runner.ts';
import { assertDeployed, assertNothingLeft, assertRefused, describeOnHost, underLoad } from './target.ts';

await describeOnHost('the link to the host breaks in the middle of a stage', {}, target => {
  before(async () => assertDeployed(await target().deploy('1'), 'blue'));

  test('reset while the app starts: the deploy goes on, and the app is started once', async () => {
    const { deploy, host, url } = target();
    const since = await host.sh('date +%s');
    const running = 'systemctl is-active -q bluegreen-shop@green';
    const [run, load] = await underLoad(url, () =>
      deploy('2', { env: 'SAMPLE_START_DELAY_MS=4000' }, resetOnce(running)),
    );
    assertDeployed(run, 'green');
    assert.match(run.log, /the SSH connection broke during start[\s\S]*connected again, with the lock/);
    assert.equal(run.log.match(/is healthy on port 8082/g)?.length, 1, 'what the host says is shown once');
    const starts = await host.sh(
      `journalctl -q -o cat -u bluegreen-shop@green --since @${since.trim()} | grep -c 'Starting SampleApp'`,
    );
    assert.equal(starts.trim(), '1');
    assert.equal(load.failed, 0, JSON.stringify(load.samples));
    await assertNothingLeft(host);
  });

  test('reset while the switch is under way and while the old color drains', async () => {
    const { deploy, host, url } = target();
    const [run, load] = await underLoad(url, () =>
      deploy('3', {}, resetOnce('[ ! -e /etc/nginx/bluegreen/shop/green ]')),
    );
    assertDeployed(run, 'blue');
    assert.match(run.log, /connected again, with the lock/);
    assert.equal(load.failed, 0, JSON.stringify(load.samples));
    const history = await host.sh('cat /opt/shop/state/history.jsonl');
    const entries = history.split('\n').filter(line => line.includes(run.outputs.release ?? 'none'));
    assert.equal(entries.length, 1, 'one line in the history');
    await assertNothingLeft(host);
  });

  test('reset while smoke-command runs through the tunnel: it is run again', async () => {
    const { deploy, host } = target();
    const smoke =
      'for n in 1 2 3 4 5 6 7 8; do curl -sf "$BLUEGREEN_URL/version" >/dev/null || exit 1; sleep 0.5; done';
    const candidate =
      'grep -q color=green /opt/shop/state/candidate && curl -sf http://127.0.0.1:8082/ >/dev/null && sleep 1';
    const run = await deploy('4', { 'smoke-command': smoke }, resetOnce(candidate));
    assertDeployed(run, 'green');
    assert.match(run.log, /connected again, with the lock/);
    await assertNothingLeft(host);
  });

  test('silent in both directions during an upload, then back: it goes on from what had come, and is deployed', async () => {
    const { deploy, host } = target();
    const slow = await slowDown(host, '20mbit');
    const uploading = deploy(
      '5',
      { jar: await buildJar({ version: '5', megabytes: 60 }) },
      healedAt('broke during upload'),
    );
    await host.sh(
      'until [ "$(stat -c %s /opt/shop/releases/*.part/coming/payload 2>/dev/null || echo 0)" -gt 20000000 ]; do sleep 0.1; done',
    );
    const cut = await cutSilently(host);
    healing = () => Promise.all([cut.heal(), slow.heal()]);
    const run = await uploading.finally(healing);
    assertDeployed(run, 'blue');
    assert.match(run.log, /upload did not happen: calling it again[\s\S]* MiB are there and not sent again/);
    const [, again = 'all'] = /not sent again[\s\S]*\nsent (\d+\.\d) MiB in /.exec(run.log) ?? [];
    assert.ok(Number(again) <= 40, `${again} MiB were sent again after 19 had come`);
    await assertNothingLeft(host);
  });

  test('gone for good while the app starts: the run says where the traffic is, the host clears up by itself', async () => {
    const { deploy, host, url } = target();
    const [run, load] = await underLoad(url, async () => {
      const starting = deploy('6', { env: 'SAMPLE_START_DELAY_MS=600000', 'health-timeout': '9m' });
      await host.sh('until systemctl is-active -q bluegreen-shop@green; do sleep 0.1; done');
      const cut = await cutSilently(host);
      return await starting.finally(() => cut.heal());
    });
    assertRefused(run, {
      stage: 'start',
      reason: 'link-lost',
      outcome: 'failed',
      says: /broke and did not come back[\s\S]*told to go on by itself: by now either [^%]* or the traffic did not move: it goes to \S+ \(blue, port 8081\), as before/,
    });
    await host.sh('until ! systemctl is-active -q bluegreen-shop@green; do sleep 0.1; done');
    assert.equal(load.failed, 0, JSON.stringify(load.samples));
    await host.sh('until [ ! -e /etc/nginx/bluegreen/shop/measuring ]; do sleep 0.1; done');
    await assertNothingLeft(host);
    assertDeployed(await deploy('6'), 'green');
  });

  let healing: () => Promise<unknown> = async () => undefined;

  /** Heals the link when the runner says this. */
  const healedAt = (words: string): RunOptions => ({
    onLine: line => {
      if (line.includes(words)) void healing();
    },
  });

  /** Resets the SSH connection once the condition holds on the host. */
  const resetOnce = (condition: string): RunOptions => ({
    onStart: async () => {
      await target().host.sh(`until ${condition}; do sleep 0.02; done`);
      await resetConnections(target().host);
    },
  });
});
