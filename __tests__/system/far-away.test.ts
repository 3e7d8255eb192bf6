import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDistance } from '../../sandbox/distance.ts';
import { assertDeployed, assertNothingLeft, describeOnHost } from './target.ts';

const quick = { 'drain-timeout': '5s', 'health-interval': '100ms' };
/** The budget, and how often the heart beats and the link is asked whether it is there, for which nobody waits. */
const mostTurns = 12;
const beatMs = 5000;

await describeOnHost('a host that is far away', {}, target => {
  test('from the first byte of the connection to the report a deploy takes 12 round trips, beside its bytes', async t => {
    const { host, deploy } = target();
    assertDeployed(await deploy('1', { ...quick, env: 'TURN=1' }), 'blue');
    const way = await openDistance({ address: host.address, port: 22, delayMs: 60 });
    const key = (await host.sh('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')).split(' ')[1] ?? '';
    const stages: string[] = [];
    let before = 0;
    let began = 0;
    const run = await deploy(
      '1',
      {
        ...quick,
        env: 'TURN=2',
        host: '127.0.0.1',
        'ssh-port': String(way.port),
        'ssh-host-key': key,
      },
      {
        onStart: () => {
          began = performance.now();
        },
        onLine: line => {
          const [, stage] = /^([a-z]+) took /.exec(line) ?? [];
          if (stage === undefined) return;
          stages.push(`${stage} ${way.turns - before}`);
          before = way.turns;
        },
      },
    );
    const beats = 2 * Math.floor((performance.now() - began) / beatMs);
    await way.close();
    assertDeployed(run, 'green');
    const told = `${way.turns} turns on the wire: ${stages.join(', ')}, end ${way.turns - before}`;
    t.diagnostic(told);
    assert.ok(way.turns > 5 && way.turns <= mostTurns + beats, told);
    const toConnect = Number(stages.find(one => one.startsWith('connect '))?.slice('connect '.length));
    assert.ok(
      toConnect <= 3,
      `the signed key goes out with the request for the login, without a question before it: ${told}`,
    );
    assert.deepEqual(
      JSON.parse(run.outputs.result ?? '').hosts[0].stages.map((one: { stage: string }) => one.stage),
      ['resolve', 'connect', 'acquire', 'inspect', 'upload', 'start', 'switch', 'retire'],
    );
    await assertNothingLeft(host);
  });
});
