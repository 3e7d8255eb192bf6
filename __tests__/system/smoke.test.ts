import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { ActionRun } from '../../sandbox/runner.ts';
import {
  activeColors,
  assertDeployed,
  assertNothingLeft,
  assertRefused,
  assertRefusedUnderLoad,
  describeOnHost,
  type Inputs,
  type Target,
  underLoad,
} from './target.ts';

const secret = 'correct-horse-battery';

await describeOnHost('smoke-command', {}, target => {
  before(async () => assertDeployed(await target().deploy('1'), 'blue'));

  test('it reaches the new release through the tunnel while clients still get the old one', async () => {
    const { deploy, url } = target();
    const smoke = `set -e
echo "idle=$(curl -sf "$BLUEGREEN_URL/version") front=$(curl -sf ${url}/version)"
echo "tunnel=$BLUEGREEN_URL color=$BLUEGREEN_COLOR release=$BLUEGREEN_RELEASE"
echo "password=$(curl -sf "$BLUEGREEN_URL/env?name=DB_PASSWORD")"
echo "inputs=$(env | grep -ci '^INPUT_')" || true
seq 20 | xargs -P 10 -I{} curl -sf -o /dev/null "$BLUEGREEN_URL/version"
echo 'to stderr' >&2`;
    const inputs = { 'smoke-command': smoke, env: `DB_PASSWORD=${secret}` };
    const [run, load] = await underLoad(url, () => deploy('2', inputs));
    assertDeployed(run, 'green');
    assert.equal(load.failed, 0, JSON.stringify(load.samples));
    assert.match(run.log, /^idle=2 front=1$/m);
    assert.match(run.log, /^inputs=0$/m);
    assert.match(run.log, /^password=\*\*\*$/m);
    assert.match(run.log, /^to stderr$/m);
    assert.match(
      run.log,
      new RegExp(`^tunnel=http://127\\.0\\.0\\.1:\\d+ color=green release=${run.outputs.release}$`, 'm'),
    );
    const told = run.lines.filter(line => !line.startsWith('::add-mask::')).join('\n');
    assert.ok(!told.includes(secret) && !told.includes('BEGIN OPENSSH'));
    const [, tunnel = ''] = /tunnel=(\S+)/.exec(run.log) ?? [];
    await assert.rejects(fetch(tunnel), 'the tunnel is closed');
    await assertNothingLeft(target().host);
  });

  test('it fails: no switch, the new release is stopped, no request is lost; the next deploy works', async () => {
    const { deploy, host } = target();
    const inputs = { 'smoke-command': 'curl -sf "$BLUEGREEN_URL/nope"; echo "it was $?"; exit 3' };
    const run = await assertRefusedUnderLoad(target(), () => deploy('3', inputs), {
      stage: 'smoke',
      reason: 'smoke-failed',
      outcome: 'failed',
      says: /ended with status 3\. \S+ was stopped\..*it goes to \S+ \(green, port 8082\), as before/,
      serving: '2',
    });
    assert.match(run.log, /^it was 22$/m);
    assert.equal(run.outputs.changed, 'false');
    assert.equal(await activeColors(host), 'green');
    assertDeployed(await deploy('3'), 'blue');
  });

  test('build-command is not given the inputs either', async () => {
    const run = await target().deploy('3', { 'build-command': 'echo "inputs=$(env | grep -ci ^INPUT_)"' });
    assert.equal(run.outputs.outcome, 'unchanged', run.log);
    assert.match(run.log, /^inputs=0$/m);
  });

  test('a host that forbids forwarding is told as such', async () => {
    const { deploy, host } = target();
    await host.sh('echo "AllowTcpForwarding no" >/etc/ssh/sshd_config.d/00-test.conf; systemctl restart ssh');
    const run = await deploy('4', { 'smoke-command': 'curl -s "$BLUEGREEN_URL"' });
    await host.sh('rm /etc/ssh/sshd_config.d/00-test.conf; systemctl restart ssh');
    assertRefused(run, {
      stage: 'smoke',
      reason: 'smoke-failed',
      outcome: 'failed',
      says: /The host refused a connection through the tunnel.*AllowTcpForwarding local/,
    });
    await assertNothingLeft(host);
  });

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    test(`an action that ends by ${signal} in the middle takes the command with it`, async () => {
      const { host } = target();
      const { run, pid } = await endInSmoke(target(), {}, signal);
      if (signal === 'SIGINT') {
        assertRefused(run, {
          stage: 'smoke',
          reason: 'cancelled',
          outcome: 'failed',
          says: /The traffic did not move: it goes to \S+ \(blue, port 8081\), as before/,
        });
      }
      await awaitEnd(pid);
      await host.sh('until [ ! -e /opt/shop/state/lease ]; do sleep 0.1; done');
      assert.equal(await (await fetch(`${target().url}/version`)).text(), '3');
    });
  }

  test('timeout ends it too', async () => {
    const { run, pid } = await endInSmoke(target(), { timeout: '12s' });
    assertRefused(run, { stage: 'smoke', reason: 'timeout', outcome: 'failed', says: /longer than 12s/ });
    await awaitEnd(pid);
    assertDeployed(await target().deploy('5', { 'lock-wait': '30s' }), 'green');
    await assertNothingLeft(target().host);
  });
});

/** Deploys with a smoke test that would take minutes; sends the signal to the action once it runs. */
async function endInSmoke(
  { deploy }: Target,
  inputs: Inputs,
  signal?: NodeJS.Signals,
): Promise<{ readonly run: ActionRun; readonly pid: number }> {
  let action = 0;
  let pid = 0;
  const smoke = { 'smoke-command': 'echo "sleeper=$$"; sleep 300; echo over' };
  const run = await deploy(
    '4',
    { ...smoke, ...inputs },
    {
      onStart: started => {
        action = started;
      },
      onLine: line => {
        const [, told] = /^sleeper=(\d+)$/.exec(line) ?? [];
        if (told === undefined) return;
        pid = Number(told);
        if (signal !== undefined) process.kill(action, signal);
      },
    },
  );
  assert.ok(pid > 1, run.log);
  return { run, pid };
}

async function awaitEnd(pid: number): Promise<void> {
  const isRunning = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const until = Date.now() + 5000;
  while (isRunning() && Date.now() < until) await new Promise(resolve => setTimeout(resolve, 50));
  assert.equal(isRunning(), false, `process ${pid} outlives the action`);
}
