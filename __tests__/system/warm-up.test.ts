import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  activeColors,
  assertDeployed,
  assertNothingLeft,
  assertRefusedUnderLoad,
  describeOnHost,
  underLoad,
} from './target.ts';

const row =
  /\| Warm-up \| ([\d,]+) requests in [\d.]+ m?s: first ([\d.]+ m?s), last ([\d.]+ m?s), p99 ([\d.]+ m?s)/;

await describeOnHost('warm-up', {}, target => {
  before(async () => assertDeployed(await target().deploy('1'), 'blue'));

  test('the new release is requested before the switch, and the summary says what that bought', async () => {
    const { deploy, url, host } = target();
    const inputs = { 'warm-up-paths': '/work\n/version', 'warm-up-requests': '120' };
    const [run, load] = await underLoad(url, () => deploy('2', inputs));
    assertDeployed(run, 'green');
    assert.equal(load.failed, 0, JSON.stringify(load.samples));
    const [, requests = ''] = row.exec(run.summary) ?? [];
    const done = Number(requests.replaceAll(',', ''));
    assert.ok(done >= 120 && done <= 1200, run.summary);
    assert.match(run.log, /warm-up: [\d,]+ requests in /);
    const { warmUp, findings } = JSON.parse(run.outputs.result ?? '').hosts[0];
    assert.equal(warmUp.requests, done);
    assert.equal(warmUp.failed, 0);
    assert.equal(typeof warmUp.hasSettled, 'boolean');
    assert.ok(warmUp.latency.firstMs > 0 && warmUp.latency.lastMs > 0 && warmUp.latency.p99Ms > 0);
    assert.deepEqual(findings, []);
    await assertNothingLeft(host);
  });

  test('all of it reaches the idle color alone', async () => {
    const { deploy, host } = target();
    const run = await deploy('3', { 'warm-up-paths': '/version', 'warm-up-requests': '50' });
    assertDeployed(run, 'blue');
    const { warmUp } = JSON.parse(run.outputs.result ?? '').hosts[0];
    const answered = Number(await host.sh('curl -s http://127.0.0.1:8081/requests'));
    assert.ok(answered >= warmUp.requests, `${answered} requests came, ${warmUp.requests} were told`);
    assert.equal(JSON.parse(run.outputs.result ?? '').hosts[0].traffic.requests, 0, 'none is a client');
  });

  test('a path that is not there is a warning with an example, and the release is deployed', async () => {
    const { deploy, host } = target();
    const run = await deploy('4', { 'warm-up-paths': '/version\n/nope?a=%20', 'warm-up-requests': '40' });
    assertDeployed(run, 'green');
    const says = /\d+ of \d+ warm-up requests failed: \/nope\?a=%20 answered 404/;
    assert.match(run.lines.find(line => line.startsWith('::warning')) ?? '', /warm-up requests failed/);
    assert.match(JSON.parse(run.outputs.result ?? '').hosts[0].findings.join('\n'), says);
    assert.match(run.summary, /Noticed[\s\S]*warm-up requests failed/);
    assert.match(run.summary, /\| Warm-up \| .*, \d+ failed/);
    await assertNothingLeft(host);
  });

  test('an app that dies in its warm-up is start-failed, and the old one serves on', async () => {
    const { deploy, host } = target();
    const killed = host.sh(`
      until pgrep -f 'curl .*warm-up-list' >/dev/null; do sleep 0.1; done
      systemctl kill -s KILL bluegreen-shop@blue`);
    const work = () => deploy('5', { 'warm-up-paths': '/slow?ms=300', 'warm-up-requests': '400' });
    await assertRefusedUnderLoad(target(), work, {
      stage: 'start',
      reason: 'start-failed',
      outcome: 'failed',
      says: /ended by itself .* it was killed by SIGKILL/,
      serving: '4',
    });
    await killed;
    assert.equal(await activeColors(host), 'green');
  });

  test('an app that is not healthy any more after its warm-up is not switched to', async () => {
    const { deploy, host } = target();
    const env = 'SAMPLE_TURN_BAD=unhealthy\nSAMPLE_TURN_BAD_AFTER_MS=300';
    const trigger = host.sh(`
      until pgrep -f 'curl .*warm-up-list' >/dev/null; do sleep 0.1; done
      curl -s -H 'X-Forwarded-For: 10.0.0.1' http://127.0.0.1:8081/version`);
    const work = () => deploy('6', { env, 'warm-up-paths': '/slow?ms=300', 'warm-up-requests': '40' });
    await assertRefusedUnderLoad(target(), work, {
      stage: 'start',
      reason: 'unhealthy',
      outcome: 'failed',
      says: /not healthy after its warm-up: port 8081, \/actuator\/health answered 503/,
      serving: '4',
    });
    assert.equal(await trigger, '6');
    assert.equal(await activeColors(host), 'green');
  });
});
