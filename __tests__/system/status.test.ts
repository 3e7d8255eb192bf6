import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ActionRun } from '../../sandbox/runner.ts';
import type { HostStatus } from '../../src/report/host-status.ts';
import { assertDeployed, describeOnHost } from './target.ts';
import { killedAt, stateOf, untilSettled } from './unconfirmed.ts';
import { withoutTrace } from './untouched.ts';

await describeOnHost('status tells how the host is', {}, target => {
  /** A status of the host, which leaves no trace on it. */
  const look = (): Promise<ActionRun> =>
    withoutTrace(target().host, () => target().deploy('none', { command: 'status', jar: '' }));
  const statusIn = (run: ActionRun): HostStatus => JSON.parse(run.outputs.result ?? '').hosts[0].status;

  function assertWell(run: ActionRun): HostStatus {
    assert.equal(run.outputs.outcome, 'unchanged', run.log);
    assert.equal(run.code, 0, run.log);
    const status = statusIn(run);
    assert.equal(status.frontDoor.proof, 'proven');
    return status;
  }

  function assertNotWell(run: ActionRun, reason: string, says: RegExp): HostStatus {
    const { outcome } = run.outputs;
    assert.deepEqual(
      { code: run.code, outcome, reason: run.outputs.reason, stage: run.outputs['failed-stage'] },
      { code: 1, outcome: 'failed', reason, stage: 'inspect' },
      run.log,
    );
    assert.match(run.lines.find(line => line.startsWith('::error')) ?? '', says, run.log);
    return statusIn(run);
  }

  test('nothing deployed', async () => {
    const status = assertNotWell(await look(), 'not-deployed', /No release of shop is live on the host/);
    assert.deepEqual([status.frontDoor.proof, status.history], ['none', []]);
    assert.equal(status.nginx.state, 'active');
  });

  test('healthy: releases, units, health, history, room', async () => {
    const { deploy } = target();
    assertDeployed(await deploy('1'), 'blue');
    assertDeployed(await deploy('2'), 'green');
    const run = await look();
    const status = assertWell(run);
    const [live, idle] = status.colors;
    assert.equal(live?.color, 'green');
    assert.equal(live?.isHealthy, true);
    assert.equal(live?.unit.state, 'active');
    assert.ok(live?.unit.isEnabled && live.unit.pid && live.unit.residentBytes);
    assert.match(live?.liveSince ?? '', /^\d{4}-\d\d-\d\dT/);
    assert.equal(live?.actor, 'octocat');
    assert.equal(idle?.unit.state, 'inactive');
    assert.notEqual(idle?.release, '');
    assert.equal(run.outputs.release, live?.release);
    assert.equal(status.history.length, 2);
    assert.equal(status.history[0]?.release, live?.release);
    assert.deepEqual(
      [status.drift, status.missing, status.switching, status.holder],
      [[], [], undefined, undefined],
    );
    assert.ok((status.disk?.freeBytes ?? 0) > 0 && (status.memory?.totalBytes ?? 0) > 0);
  });

  test('other ports in its inputs do not mislead it: the host knows those of the last switch', async () => {
    const run = await target().deploy('none', {
      command: 'status',
      jar: '',
      'blue-port': '9001',
      'green-port': '9002',
    });
    assert.equal(assertWell(run).colors[0]?.port, 8082);
  });

  test('unhealthy', async () => {
    const { host, deploy } = target();
    assertDeployed(
      await deploy('3', { env: 'SAMPLE_TURN_BAD=unhealthy\nSAMPLE_TURN_BAD_AFTER_MS=500' }),
      'blue',
    );
    assert.equal(await (await fetch(`${target().url}/version`)).text(), '3');
    await host.sh(
      `timeout 60 sh -c 'until [ "$(curl -s -o /dev/null -w "%{http_code}" http://127.0.0.1:8081/actuator/health)" != 200 ]; do sleep 0.2; done'`,
    );
    const status = assertNotWell(await look(), 'unhealthy', /is not healthy: its health path answered 503/);
    assert.equal(status.colors[0]?.isHealthy, false);
  });

  test('the unit of the live release stopped', async () => {
    const { host, deploy } = target();
    assertDeployed(await deploy('4'), 'green');
    await host.sh('systemctl stop bluegreen-shop@green');
    const status = assertNotWell(
      await look(),
      'unhealthy',
      /live release is down: .* nothing listens on port 8082/,
    );
    assert.match(status.drift.join('\n'), /is stopped; the next deploy starts it again/);
    await host.sh(
      `systemctl start bluegreen-shop@green; timeout 60 sh -c 'until curl -sf http://127.0.0.1:8082/actuator/health; do sleep 0.2; done'`,
    );
  });

  test('a front door that is fixed elsewhere', async () => {
    const { host } = target();
    const conf = '/etc/nginx/conf.d/bluegreen-shop.conf';
    await host.sh(
      `cp -p ${conf} /root/kept; sed -i 's,proxy_pass .service_url;,proxy_pass http://127.0.0.1:8082;,' ${conf}; systemctl reload nginx; sleep 1`,
    );
    const status = assertNotWell(
      await look(),
      'front-door-mismatch',
      /front door is not served by \S+ \(green, port 8082\)/,
    );
    assert.match(status.drift.join('\n'), /bluegreen-shop.conf was edited by hand/);
    await host.sh(`cp -p /root/kept ${conf}; rm /root/kept; systemctl reload nginx; sleep 1`);
    assertWell(await look());
  });

  test('nginx stopped: nothing is left behind by the look, and it says what it could not look at', async () => {
    const { host } = target();
    await host.sh('systemctl stop nginx');
    const status = assertNotWell(
      await look(),
      'front-door-mismatch',
      /nginx is stopped, so nobody is served/,
    );
    assert.equal(status.nginx.state, 'inactive');
    assert.match(status.missing.join('\n'), /nginx does not run/);
    await host.sh('systemctl start nginx');
  });

  test('a switch that is watched by the host alone is told, and no failure', async () => {
    const { host, deploy } = target();
    const run = await deploy('5', { 'bake-time': '15s' }, killedAt('::group::bake'));
    assert.equal(run.code, null, run.log);
    assert.equal(await stateOf(target()), 'baking');
    const told = await target().deploy('none', { command: 'status', jar: '' });
    const status = assertWell(told);
    assert.equal(status.switching?.state, 'baking');
    assert.equal(status.switching?.isLookedAfter, true);
    assert.ok((status.switching?.msLeft ?? 0) > 0);
    await untilSettled(target(), 'switched');
    await host.sh('true');
  });
});
