import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { RunOptions } from '../../sandbox/runner.ts';
import {
  activeColors,
  assertDeployed,
  assertNothingLeft,
  assertRefused,
  describeOnHost,
  underLoad,
} from './target.ts';

await describeOnHost('two deploys to one host', {}, target => {
  before(async () => assertDeployed(await target().deploy('1'), 'blue'));

  test('one waits for the other and takes its turn; no request is lost', async () => {
    const { deploy, host, url } = target();
    const [[first, second], load] = await underLoad(url, () => Promise.all([deploy('2'), deploy('3')]));
    assert.deepEqual(
      [first.outputs.outcome, second.outputs.outcome],
      ['deployed', 'deployed'],
      first.log + second.log,
    );
    assert.match(
      first.log + second.log,
      /waiting for the lock, held by sample\/shop by octocat, https:\/\/github\.com\/sample\/shop\/actions\/runs\/42 \(deploy\), since 20/,
    );
    assert.equal(load.failed, 0, JSON.stringify(load.samples));
    assert.equal(await activeColors(host), 'blue');
    await assertNothingLeft(host);
  });

  test('lock-wait ends the waiting, naming the holder', async () => {
    const { deploy, host } = target();
    const long = deploy('4', { env: 'SAMPLE_START_DELAY_MS=4000' });
    await host.sh('until [ -e /opt/shop/state/lease ]; do sleep 0.1; done');
    assertRefused(await deploy('5', { 'lock-wait': '500ms' }), {
      stage: 'acquire',
      reason: 'locked',
      outcome: 'refused',
      says: /Another run holds the lock of shop on this host: sample\/shop by octocat/,
    });
    assertDeployed(await long, 'green');
  });

  test('a run that vanishes leaves no lock at once, and soon no running candidate', async () => {
    const { deploy, host } = target();
    const killed = deploy('5', { env: 'SAMPLE_START_DELAY_MS=60000' }, killedOnceRunning('blue'));
    assert.equal((await killed).code, null);
    await host.sh('until [ ! -e /opt/shop/state/lease ]; do sleep 0.1; done');
    await host.sh(
      `until tail -n 1 /opt/shop/state/history.jsonl | grep -q '"outcome":"lost"'; do sleep 0.1; done`,
    );
    assert.equal(await activeColors(host), 'green', 'the host has stopped the candidate by itself');
    await assertNothingLeft(host);
    assertDeployed(await deploy('6'), 'blue');
  });

  test('a run that is killed on a runner that lives on is looked after by its post step, at once', async () => {
    const { deploy, host } = target();
    const env = 'SAMPLE_START_DELAY_MS=60000';
    const killed = deploy('7', { env }, { ...killedOnceRunning('green'), outlivesKill: true });
    const { code, postLog } = await killed;
    assert.equal(code, null);
    assert.match(
      postLog,
      /::warning title=The deploy was killed::.*Traffic goes to \S+ \(blue, port 8081\), whose front door answers 200/,
    );
    assert.equal(await activeColors(host), 'blue');
    await assertNothingLeft(host);
  });

  test('the post step of a run that ended is silent', async () => {
    const { postLog } = await target().deploy('6');
    assert.deepEqual(
      postLog.split('\n').filter(line => line !== '' && !line.startsWith('::add-mask::')),
      [],
    );
  });

  test('a cancelled run says where the traffic is and stops within seconds', async () => {
    const { deploy, host } = target();
    let pid = 0;
    const cancelled = deploy(
      '7',
      { env: 'SAMPLE_START_DELAY_MS=60000' },
      {
        onStart: started => {
          pid = started;
        },
      },
    );
    await host.sh('until systemctl is-active -q bluegreen-shop@green; do sleep 0.1; done');
    const signalled = Date.now();
    process.kill(pid, 'SIGINT');
    const run = await cancelled;
    assert.ok(Date.now() - signalled < 5000);
    assertRefused(run, {
      stage: 'start',
      reason: 'cancelled',
      outcome: 'failed',
      says: /cancelled \(SIGINT\)\. \S+ was stopped, since its run ended[\s\S]*Traffic goes to \S+ \(blue, port 8081\)/,
    });
    await host.sh('until ! systemctl is-active -q bluegreen-shop@green; do sleep 0.1; done');
    assert.equal(await activeColors(host), 'blue');
  });

  test('a command over its timeout says so', async () => {
    const run = await target().deploy('9', { env: 'SAMPLE_START_DELAY_MS=60000', timeout: '10s' });
    assertRefused(run, { stage: 'start', reason: 'timeout', outcome: 'failed', says: /longer than 10s/ });
  });

  /** Kills the runner with SIGKILL as soon as the unit of the color runs. */
  function killedOnceRunning(color: 'blue' | 'green'): RunOptions {
    return {
      onStart: async pid => {
        await target().host.sh(`until systemctl is-active -q bluegreen-shop@${color}; do sleep 0.1; done`);
        process.kill(pid, 'SIGKILL');
      },
    };
  }
});
