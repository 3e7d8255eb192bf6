import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDistance } from '../../sandbox/distance.ts';
import type { SandboxHost } from '../../sandbox/host.ts';
import type { ActionRun, RunOptions } from '../../sandbox/runner.ts';
import {
  activeColors,
  assertDeployed,
  assertNothingLeft,
  assertRefused,
  describeOnHost,
  type Inputs,
  underLoad,
} from './target.ts';

const fingerprintOf = async (host: SandboxHost): Promise<string> =>
  (await host.sh('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')).split(' ')[1] ?? '';

const quick = { 'drain-timeout': '5s', 'health-interval': '100ms' };

await describeOnHost('rollback', {}, target => {
  const deployed = new Map<string, string>();
  const deploy = async (version: string, color: 'blue' | 'green', inputs: Inputs = {}): Promise<void> => {
    const run = await target().deploy(version, { ...quick, env: `VERSION_OF=${version}`, ...inputs });
    assertDeployed(run, color);
    deployed.set(version, run.outputs.release ?? '');
  };
  const rollBack = async (inputs: Inputs = {}, options: RunOptions = {}): Promise<ActionRun> =>
    await target().deploy('none', { ...quick, jar: '', command: 'rollback', ...inputs }, options);
  const assertRolledBack = (run: ActionRun, to: string, from: string): void => {
    assert.equal(run.outputs.outcome, 'rolled-back', run.log);
    assert.equal(run.code, 0, run.log);
    assert.equal(run.outputs.release, deployed.get(to), run.log);
    assert.equal(run.outputs['previous-release'], deployed.get(from), run.log);
  };
  const serving = async (): Promise<string> => (await fetch(`${target().url}/version`)).text();
  const why = (version: string): Promise<string> =>
    target().host.sh(`cat /opt/shop/releases/${deployed.get(version)}/bad`);

  test('with no release there is nothing to go back from', async () => {
    const run = await rollBack();
    assertRefused(run, {
      stage: 'inspect',
      reason: 'no-previous-release',
      outcome: 'refused',
      says: /No release of shop is live on this host/,
    });
  });

  test('with one release there is nothing to go back to, and what is there is named', async () => {
    await deploy('1.0', 'blue');
    const run = await rollBack();
    assertRefused(run, {
      stage: 'inspect',
      reason: 'no-previous-release',
      outcome: 'refused',
      says: /No good release is left on this host but the live one[^%]*\(live\)/,
    });
    await assertNothingLeft(target().host);
  });

  test('a cold rollback starts the release before, with its own environment, and loses no request', async () => {
    await deploy('2.0', 'green');
    const [run, load] = await underLoad(target().url, () => rollBack({ 'rollback-reason': 'orders fail' }));
    assertRolledBack(run, '1.0', '2.0');
    assert.equal(load.failed, 0, JSON.stringify(load.failures));
    assert.equal(await serving(), '1.0');
    assert.match(await why('2.0'), /why=it was rolled back from.*: orders fail/);
    assert.equal(await activeColors(target().host), 'blue');
    await assertNothingLeft(target().host);
  });

  test('the release that was rolled back from is not gone back to, unless it is named', async () => {
    const none = await rollBack();
    assert.equal(none.outputs.reason, 'no-previous-release', none.log);
    const named = await rollBack({ release: deployed.get('2.0') ?? '' });
    assertRolledBack(named, '2.0', '1.0');
    const same = await rollBack({ release: deployed.get('2.0') ?? '' });
    assert.equal(same.outputs.outcome, 'unchanged', same.log);
    const unknown = await rollBack({ release: '20200101T000000Z-00000000' });
    assert.equal(unknown.outputs.reason, 'no-previous-release', unknown.log);
    assert.match(unknown.log, /is not on this host/);
  });

  test('kept running, the release before is one flip away; twice in a row goes two releases back', async () => {
    await deploy('3.0', 'blue');
    await deploy('4.0', 'green', { 'keep-previous': 'running' });
    assert.equal(await activeColors(target().host), 'blue green');
    const way = await openDistance({ address: target().host.address, port: 22, delayMs: 60 });
    let turnsToConnect = 0;
    let turnsToFlip = 0;
    const farAway = {
      host: '127.0.0.1',
      'ssh-port': String(way.port),
      'ssh-host-key': await fingerprintOf(target().host),
    };
    const [run, load] = await underLoad(target().url, () =>
      rollBack(farAway, {
        onLine: line => {
          if (line.startsWith('connect took')) turnsToConnect = way.turns;
          if (line.startsWith('| front door: ')) turnsToFlip = way.turns;
        },
      }),
    );
    await way.close();
    assertRolledBack(run, '3.0', '4.0');
    assert.ok(turnsToConnect > 0 && turnsToFlip > turnsToConnect);
    assert.ok(
      turnsToFlip - turnsToConnect <= 3,
      `${turnsToFlip - turnsToConnect} round trips after connecting`,
    );
    assert.equal(load.failed, 0, JSON.stringify(load.failures));
    assert.equal(await serving(), '3.0');
    assert.equal(await activeColors(target().host), 'blue');
    assert.deepEqual(
      JSON.parse(run.outputs.result ?? '').hosts[0].stages.map((one: { stage: string }) => one.stage),
      ['resolve', 'connect', 'acquire', 'inspect', 'switch'],
    );
    assertRolledBack(await rollBack(), '2.0', '3.0');
    await assertNothingLeft(target().host);
  });

  test('deployed again on purpose a release is good again; a deploy that fails its start is not gone back to', async () => {
    await deploy('3.0', 'blue');
    await deploy('6.0', 'green');
    const failed = await target().deploy('5.0', { ...quick, env: 'SAMPLE_CRASH=3' });
    assert.equal(failed.outputs.reason, 'start-failed', failed.log);
    assert.equal(await serving(), '6.0');
    assertRolledBack(await rollBack(), '3.0', '6.0');
  });

  test('the history tells every run', async () => {
    const text = await target().host.sh('cat /opt/shop/state/history.jsonl');
    const entries = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const told = entries.map(({ command, outcome, reason }) =>
      [command, outcome, reason].filter(Boolean).join(' '),
    );
    assert.deepEqual(told, [
      'rollback refused no-previous-release',
      'deploy deployed',
      'rollback refused no-previous-release',
      'deploy deployed',
      'rollback rolled-back',
      'rollback refused no-previous-release',
      'rollback rolled-back',
      'rollback unchanged',
      'rollback refused no-previous-release',
      'deploy deployed',
      'deploy deployed',
      'rollback rolled-back',
      'rollback rolled-back',
      'deploy deployed',
      'deploy deployed',
      'deploy failed start-failed',
      'rollback rolled-back',
    ]);
    assert.equal(entries[4].rollbackReason, 'orders fail');
  });
});
