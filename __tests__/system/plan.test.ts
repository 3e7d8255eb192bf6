import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildJar } from '../../sandbox/app/build.ts';
import { fillDisk } from '../../sandbox/faults/disk.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import type { Plan } from '../../src/report/plan.ts';
import { assertDeployed, describeOnHost, type Inputs, jarOf } from './target.ts';
import { killedAt, stateOf } from './unconfirmed.ts';
import { withoutTrace } from './untouched.ts';

await describeOnHost('plan changes nothing on the host', { disk: '128m' }, target => {
  const plan = (version: string, inputs: Inputs = {}): Promise<ActionRun> =>
    withoutTrace(target().host, () =>
      target().deploy(version, { command: 'plan', comment: 'false', ...inputs }),
    );

  function planIn(run: ActionRun): Plan {
    assert.equal(run.outputs.outcome, 'planned', run.log);
    assert.equal(run.code, 0, run.log);
    return JSON.parse(run.outputs.result ?? '').hosts[0].plan;
  }

  const secret = 'topsecret-7f3a9c';
  const env = `GREETING=hello\nTOKEN=${secret}\nGONE=1`;

  test('on a bare host, without a program or a folder of ours', async () => {
    const made = planIn(await plan('1', { env }));
    assert.equal(made.live, undefined);
    assert.deepEqual([made.next.color, made.next.port, made.next.jarAt], ['blue', 8081, '']);
    assert.equal(made.next.uploadBytes, made.next.jar?.bytes);
    assert.deepEqual(made.environment.added, ['GREETING', 'TOKEN', 'GONE']);
    assert.deepEqual(made.obstacles, []);
    assert.ok(made.unit.some(line => line.startsWith('+ExecStart=')));
    assert.ok(made.nginx.some(line => line.startsWith('+upstream shop-blue')));
  });

  test('without a jar it plans what can be planned', async () => {
    for (const jar of ['', 'build/none-*.jar']) {
      const made = planIn(await plan('1', { jar }));
      assert.equal(made.next.jar, undefined);
      assert.match(made.missing.join('\n'), jar === '' ? /No jar was given/ : /There is no jar yet/);
    }
  });

  test('on a deployed host: nothing to do', async () => {
    assertDeployed(await target().deploy('1', { env }), 'blue');
    const made = planIn(await plan('1', { env }));
    assert.equal(made.isUnchanged, true);
    assert.equal(made.live?.proof, 'proven');
    assert.notEqual(made.next.jarAt, '');
    assert.equal(made.next.uploadBytes, 0);
    assert.deepEqual(
      [made.launch, made.unit, made.nginx, made.environment, made.drift, made.obstacles],
      [[], [], [], { added: [], removed: [], changed: [] }, [], []],
    );
  });

  test('a new jar, other settings: the jar, keys, launch options, unit and nginx are compared; no value is anywhere', async () => {
    const jar = await buildJar({
      version: '2',
      megabytes: 4,
      changes: { libraries: ['spring-core-6.9.9', 'flyway-core-10.1.0'] },
    });
    const run = await plan('2', {
      jar,
      env: `GREETING=${secret}-new\nTOKEN=${secret}\nNEW_KEY=2`,
      'java-opts': '-Xmx72m',
      'green-port': '8092',
      'max-body-size': '7m',
    });
    const made = planIn(run);
    assert.equal(made.isUnchanged, false);
    assert.deepEqual(made.environment, { added: ['NEW_KEY'], removed: ['GONE'], changed: ['GREETING'] });
    assert.ok(made.launch.includes('+opt=-Xmx72m') && made.launch.includes('-opt=-Xmx64m'));
    assert.ok(made.unit.some(line => line.startsWith('+') && line.includes('8092')));
    assert.ok(made.nginx.some(line => line.startsWith('+') && line.includes('7m')));
    assert.deepEqual(made.jar?.libraries?.map(({ kind, artifact }) => `${kind} ${artifact}`).toSorted(), [
      'added flyway-core',
      'upgraded spring-core',
    ]);
    assert.match(made.findings.join('\n'), /Flyway migrates the database/);
    assert.ok((made.next.uploadBytes ?? 0) > 0);
    assert.ok(
      (made.next.uploadBytes ?? 0) < (made.next.jar?.bytes ?? 0) / 2,
      'the host has the other libraries',
    );
    for (const told of [run.log, run.summary, run.outputs.result ?? '']) {
      assert.ok(!told.includes(secret) && !told.includes('hello'), told);
    }
  });

  test('a damaged jar and a port that another holds are obstacles, all of them warned of', async () => {
    const { host } = target();
    await host.sh(
      'systemd-run --quiet --unit=squatter socat TCP-LISTEN:8082,fork,reuseaddr /dev/null || systemd-run --quiet --unit=squatter java -version; sleep 1',
    );
    const held = (await host.sh('ss -Hltn "sport = :8082"')).trim() !== '';
    const jar = await buildJar({ version: '2', kind: 'not-a-zip' });
    const run = await plan('2', { jar, java: '/no/java' });
    const made = planIn(run);
    const reasons = made.obstacles.map(({ reason }) => reason);
    assert.deepEqual(reasons, ['jar-invalid', 'java-missing', ...(held ? ['port-taken'] : [])]);
    assert.equal(run.lines.filter(line => /^::warning.*would be refused/.test(line)).length, reasons.length);
    await host.sh('systemctl stop squatter || :');
  });

  test('a host that other hands changed: what the next deploy mends is told, and left', async () => {
    const { host } = target();
    await host.sh(`
      systemctl disable -q bluegreen-shop@blue
      rm /opt/shop/launch
      echo '# by hand' >>/etc/nginx/conf.d/bluegreen-shop.conf`);
    const made = planIn(await plan('1', { env }));
    const told = made.drift.join('\n');
    assert.match(told, /\/opt\/shop\/launch was removed by hand; the next deploy writes it again/);
    assert.match(told, /bluegreen-shop.conf was edited by hand/);
    assert.match(told, /is disabled and would not come back after a reboot; the next deploy enables it/);
    assert.ok(made.nginx.includes('-# by hand'), made.nginx.join('\n'));
    await host.sh('rm -f /etc/nginx/bluegreen/shop/green; touch /etc/nginx/bluegreen/shop/green');
    const moved = planIn(await plan('2', { env }));
    assert.equal(moved.live?.color, 'blue');
    assert.match(
      moved.drift.join('\n'),
      /nginx's files name green, but the front door is served by \S+ \(blue\)/,
    );
    assert.deepEqual(moved.obstacles, []);
    await host.sh('rm /etc/nginx/bluegreen/shop/green');
  });

  test('nginx stopped: it is an obstacle, and nothing is left behind', async () => {
    const { host } = target();
    await host.sh('systemctl stop nginx');
    const made = planIn(await plan('2', { env }));
    assert.match(JSON.stringify(made.obstacles), /front-door-mismatch.*nginx is stopped/);
    assert.match(made.missing.join('\n'), /nginx does not run/);
    await host.sh('systemctl start nginx');
  });

  test('a full disk is an obstacle', async () => {
    const { host } = target();
    const fault = await fillDisk(host);
    const made = planIn(await plan('2', { env }));
    assert.ok(
      made.obstacles.some(({ reason }) => reason === 'disk-full'),
      JSON.stringify(made.obstacles),
    );
    await fault.heal();
  });

  test('a switch that is not confirmed is told, and left to its timer', async () => {
    const { deploy } = target();
    const jar = await jarOf('3');
    await deploy(
      '3',
      { env, jar, 'verify-url': `${target().url}/slow?ms=9000`, 'bake-time': '20s' },
      killedAt('::group::bake'),
    );
    assert.match(await stateOf(target()), /^(baking|baked)$/);
    const run = await target().deploy('3', { command: 'plan', comment: 'false', env, jar });
    const made = planIn(run);
    assert.equal(made.live?.color, 'green');
    assert.match(await stateOf(target()), /^(baking|baked)$/);
  });
});
