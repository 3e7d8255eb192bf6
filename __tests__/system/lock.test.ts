import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { buildJar } from '../../sandbox/app/build.ts';
import { cutSilently, slowDown } from '../../sandbox/link.ts';
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

  test('a run that is killed leaves no lock and no running candidate', async () => {
    const { deploy, host } = target();
    let pid = 0;
    const killed = deploy(
      '5',
      { env: 'SAMPLE_START_DELAY_MS=60000' },
      {
        onStart: started => {
          pid = started;
        },
      },
    );
    await host.sh('until systemctl is-active -q bluegreen-shop@blue; do sleep 0.1; done');
    process.kill(pid, 'SIGKILL');
    assert.equal((await killed).code, null);
    await host.sh(
      'until [ ! -e /opt/shop/state/lease ] && [ ! -e /etc/nginx/bluegreen/shop/measuring ]; do sleep 0.1; done',
    );
    assertDeployed(await deploy('6', { 'lock-wait': '20s' }), 'blue');
    await assertNothingLeft(host);
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
      says: /The traffic did not move: it goes to \S+ \(blue, port 8081\), as before/,
    });
    await host.sh('until ! systemctl is-active -q bluegreen-shop@green; do sleep 0.1; done');
    assert.equal(await activeColors(host), 'blue');
  });

  test('a link that goes silent during an upload: said within half a minute, and the next deploy works', async () => {
    const { deploy, host } = target();
    const slow = await slowDown(host, '20mbit');
    const uploading = deploy('8', { jar: await buildJar({ version: '8', megabytes: 60 }) });
    await host.sh('until ls /opt/shop/releases/*.part/app.jar >/dev/null 2>&1; do sleep 0.1; done');
    const cut = await cutSilently(host);
    const run = await uploading.finally(() => Promise.all([cut.heal(), slow.heal()]));
    assertRefused(run, {
      stage: 'upload',
      reason: 'link-lost',
      outcome: 'refused',
      says: /The traffic did not move/,
    });
    assertDeployed(await deploy('8', { 'lock-wait': '30s' }), 'green');
    await assertNothingLeft(host);
  });

  test('a command over its timeout says so', async () => {
    const run = await target().deploy('9', { env: 'SAMPLE_START_DELAY_MS=60000', timeout: '10s' });
    assertRefused(run, { stage: 'start', reason: 'timeout', outcome: 'failed', says: /longer than 10s/ });
  });
});
