import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxHost } from '../../sandbox/host.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import {
  activeColors,
  assertDeployed,
  assertRefusedUnderLoad,
  describeOnHost,
  type Inputs,
  type Target,
} from './target.ts';

const green = 'bluegreen-shop@green.service';

await describeOnHost('a start that fails says why', {}, target => {
  before(async () => assertDeployed(await target().deploy('1'), 'blue'));

  const fails = async (inputs: Inputs, says: RegExp, beside?: () => Promise<void>): Promise<ActionRun> => {
    const run = await assertRefusedUnderLoad(
      target(),
      async () => {
        const [ended] = await Promise.all([target().deploy('2', inputs), beside?.()]);
        return ended;
      },
      { stage: 'start', reason: reasonOf(inputs), outcome: 'failed', says, serving: '1' },
    );
    await assertStoppedAndBad(target(), run);
    return run;
  };

  test('killed by SIGKILL: told as such, not as for want of memory', async () => {
    const run = await fails(
      { env: 'SAMPLE_START_DELAY_MS=60000' },
      /it was killed by SIGKILL\. Somebody or something on the host killed it/,
      () => signalGreen(target().host, 'Starting SampleApp', 'KILL'),
    );
    assert.match(run.summary, /<summary>process<\/summary>\n\n```text\nIt was killed by SIGKILL, /);
  });

  test('killed by the kernel for want of memory', async t => {
    const { host } = target();
    const heal = await limitMemory(host);
    t.after(heal.undo);
    const run = await fails(
      { 'java-opts': '-Xmx2g -Xms16m', env: 'SAMPLE_START_DELAY_MS=3000\nSAMPLE_LEAK=1\nSAMPLE_HEALTH=down' },
      /it was killed by the kernel for want of memory \(OOM\)\. The memory of the host/,
      heal.catch,
    );
    assert.match(run.summary, /<summary>memory<\/summary>[\s\S]*?kernel: .*Killed process/);
  });

  test('out of its own memory: the JVM says which kind, and where it left its dump', async () => {
    const run = await fails(
      {
        env: 'SAMPLE_LEAK=1\nSAMPLE_HEALTH=down',
        'java-opts': '-Xmx32m -XX:+ExitOnOutOfMemoryError -XX:+HeapDumpOnOutOfMemoryError',
      },
      /it exited with status 3\. The JVM had no memory left.*%0A\| .*OutOfMemoryError: Java heap space%0A.*raise -Xmx/,
    );
    assert.match(run.summary, /It left \/opt\/shop\/releases\/\S+\/work\/java_pid\d+\.hprof/);
  });

  test('a port that the live release has', async () => {
    const run = await fails(
      { 'app-args': '--server.port=8081' },
      /it exited with status 1\. It wanted to listen on a port that is taken.*BindException.*\{management-port\}/,
    );
    assert.match(run.summary, /<summary>ports<\/summary>\n\n```text\nport 8082: nobody\n/);
  });

  test('a port of its own choice', async () => {
    const run = await fails(
      { 'app-args': '--server.port=9099', 'health-timeout': '3s' },
      /answered nothing \(the connection was refused\)\. It listens on 9099 and not on 8082\..*SERVER_PORT/,
    );
    assert.match(run.summary, /its process \d+ listens on 9099/);
  });

  test('an app that hangs', async () => {
    const run = await fails(
      { env: 'SAMPLE_HEALTH=down', 'health-timeout': '9s' },
      /8082, \/actuator\/health answered nothing \(none came within 5 s\)/,
      () => signalGreen(target().host, 'Started SampleApp', 'STOP'),
    );
    assert.match(run.summary, /port 8082: process \d+ \(java /);
    assert.match(run.summary, /its process: \d+ MiB, \d+ MiB at most/);
  });

  test('Spring Boot says it itself: its description and action are in the annotation', async () => {
    await stageApp(
      target().host,
      `cat <<'LOG'
2026-11-23 ERROR o.s.b.d.LoggingFailureAnalysisReporter :

***************************
APPLICATION FAILED TO START
***************************

Description:

Failed to configure a DataSource: 'url' attribute is not specified.

Action:

Consider the following:
	If you want an embedded database, please put it on the classpath.
LOG
exit 1`,
    );
    const run = await fails(
      { java: '/usr/local/bin/staged-app' },
      /%0AIts log says:%0A\| Failed to configure a DataSource: 'url' attribute is not specified\.%0A\| Action: Consider the following:%0A\| If you want/,
    );
    assert.match(run.summary, /Its log says:\n\n```text\nFailed to configure a DataSource/);
  });

  test('an app that systemd has started again by then: the log and the end of the first start', async () => {
    await stageApp(
      target().host,
      `starts=$(cat starts 2>/dev/null || echo 0)
starts=$((starts + 1))
echo "$starts" >starts
for line in 1 2 3; do echo "start $starts line $line"; printf '\\tat frame.%s\\n' "$line"; done
exit $((10 + starts))`,
    );
    const run = await fails(
      { java: '/usr/local/bin/staged-app', 'health-interval': '4s' },
      /ended by itself \d+ ms after its start: it exited with status 11\. It was stopped/,
    );
    const lines = [
      'start 1 line 1',
      '\tat frame.1',
      'start 1 line 2',
      '\tat frame.2',
      'start 1 line 3',
      '\tat frame.3',
    ];
    assert.ok(
      run.log.includes(`::group::last log lines\n${lines.map(line => `| ${line}\n`).join('')}::endgroup::`),
      run.log,
    );
  });

  test('the last 50 lines of this start alone, in order, though journald is behind', async () => {
    const { host } = target();
    await stageApp(host, 'seq -f "line %g" 400; exit 1');
    const run = await fails({ java: '/usr/local/bin/staged-app' }, /exited with status 1\./, async () => {
      await host.sh('for turn in 1 2 3 4; do seq 20000 | systemd-cat & done; wait');
    });
    const told = [...run.log.matchAll(/^\| line (\d+)$/gm)].map(([, number]) => Number(number));
    const last = Array.from({ length: 50 }, (_, i) => 351 + i);
    assert.deepEqual(told, last);
  });

  test('what is secret is nowhere, however the app prints it', async () => {
    const token = 'correct-horse-battery-staple';
    const password = 'open&sesame/1';
    await stageApp(
      target().host,
      `env
echo "connecting to \${DB_URL#*//}"
printf 'user:%s' "$TOKEN" | base64
echo "$TOKEN" | sed 's/-/\\x1b[0m-/g'
printf '%01980d%s\\n' 0 "$TOKEN"
echo "Caused by: a.b.C: bad token $TOKEN"
exit 1`,
    );
    const run = await fails(
      {
        java: '/usr/local/bin/staged-app',
        env: `TOKEN=${token}\nDB_URL=jdbc:postgresql://shop:${password}@db/shop`,
      },
      /Caused by: a\.b\.C: bad token \*\*\*%0A/,
    );
    const lines = run.lines.filter(line => !line.startsWith('::add-mask::'));
    const text = [...lines, run.summary, ...Object.values(run.outputs)].join('\n');
    for (const shown of ['TOKEN=***', 'DB_URL=***', 'connecting to shop:***@db/shop', '000***']) {
      assert.ok(run.log.includes(shown) && run.summary.includes(shown), shown);
    }
    const base64 = Buffer.from(`user:${token}`).toString('base64').slice(8, -4);
    for (const secret of [token, password, 'correct', 'battery', encodeURIComponent(password), base64]) {
      assert.ok(!text.includes(secret), secret);
    }
  });

  test('a release that died in its smoke test is not switched to, though systemd has started it again', async () => {
    const { deploy, host } = target();
    const onLine = (line: string): void => {
      if (line === 'smoke begins') signalGreen(host, 'Started SampleApp', 'KILL').catch(() => undefined);
    };
    const smoke = { 'smoke-command': 'echo smoke begins; sleep 4' };
    const run = await assertRefusedUnderLoad(target(), () => deploy('2', smoke, { onLine }), {
      stage: 'switch',
      reason: 'unhealthy',
      outcome: 'failed',
      says: /was healthy after its start and is not any more: it was killed by SIGKILL [\d.]+ m?s after its start/,
      serving: '1',
    });
    assert.match(
      run.summary,
      /It was killed by SIGKILL, [\d.]+ m?s after its start\.\n.*\nsystemd has started it again since/,
    );
    await assertStoppedAndBad(target(), run);
  });

  test('a release that smoke-command refuses shows what it was like', async () => {
    const run = await assertRefusedUnderLoad(
      target(),
      () => target().deploy('2', { 'smoke-command': 'exit 3' }),
      {
        stage: 'smoke',
        reason: 'smoke-failed',
        outcome: 'failed',
        says: /ended with status 3/,
        serving: '1',
      },
    );
    assert.match(run.summary, /It was running for [\d.]+ m?s\.[\s\S]*actuator\/health: 200/);
    assert.match(run.summary, /Started SampleApp/);
    await assertStoppedAndBad(target(), run);
  });

  test('the next deploy works with no hand, and of the releases that failed one is left', async () => {
    assertDeployed(await target().deploy('2'), 'green');
    const failed = await target().host.sh(
      'for one in /opt/shop/releases/*; do [ -e "$one/good" ] || echo "$one"; done | wc -l',
    );
    assert.equal(failed.trim(), '1');
  });
});

const reasonOf = (inputs: Inputs): string =>
  inputs['health-timeout'] === undefined ? 'start-failed' : 'unhealthy';

async function assertStoppedAndBad({ host }: Target, run: ActionRun): Promise<void> {
  assert.equal(await activeColors(host), 'blue');
  const [, release = ''] = /^::group::start: (\S+) on green$/m.exec(run.log) ?? [];
  assert.match(
    await host.sh(`cat /opt/shop/releases/${release}/bad`),
    /^why=it (ended by itself|was not healthy|lost its health|was refused by the runner)/,
  );
}

/** A command that the launcher takes for java; it tells the version as Java 17 does. */
async function stageApp(host: SandboxHost, script: string): Promise<void> {
  await host.sh(`cat >/usr/local/bin/staged-app <<'APP'
#!/bin/sh
[ "$1" != -version ] || exec java -version
${script}
APP
chmod 0755 /usr/local/bin/staged-app`);
}

/** Sends green's process a signal once it has said this, within 30 s. */
async function signalGreen(host: SandboxHost, said: string, signal: 'KILL' | 'STOP'): Promise<void> {
  await host.sh(`for turn in $(seq 300); do
    pid=$(systemctl show --value -p MainPID ${green})
    if [ "$pid" -gt 1 ] && journalctl -q -o cat "_SYSTEMD_INVOCATION_ID=$(systemctl show --value -p InvocationID ${green})" | grep -q '${said}'; then
      kill -${signal} "$pid"
      exit
    fi
    sleep 0.1
  done
  exit 1`);
}

interface MemoryLimit {
  /** Puts green under the limit once it runs, where that cannot be said beforehand. */
  readonly catch: () => Promise<void>;
  readonly undo: () => Promise<void>;
}

/** Gives green's unit 96 MiB: by systemd, or where this machine has its memory controller in cgroup v1, from outside. */
async function limitMemory(host: SandboxHost): Promise<MemoryLimit> {
  const { code } = await host.run('grep -qw memory /sys/fs/cgroup/cgroup.controllers');
  if (code === 0) {
    const dropIn = `/etc/systemd/system/${green}.d`;
    await host.sh(
      `mkdir -p ${dropIn}; printf '[Service]\\nMemoryMax=96M\\nMemorySwapMax=0\\n' >${dropIn}/memory.conf; systemctl daemon-reload`,
    );
    return {
      catch: async () => undefined,
      undo: async () => {
        await host.sh(`rm -r ${dropIn}; systemctl daemon-reload`);
      },
    };
  }
  const cgroup = `/sys/fs/cgroup/memory/bluegreen-${host.name}-limit`;
  mkdirSync(cgroup);
  writeFileSync(`${cgroup}/memory.limit_in_bytes`, `${96 * 1024 * 1024}`);
  return {
    catch: async () => {
      const procs = `/sys/fs/cgroup/{systemd,unified}/bluegreen-${host.name}/**/${green}/cgroup.procs`;
      for (let turn = 0; turn < 600; turn++) {
        const [pid] = globSync(procs).flatMap(path => readFileSync(path, 'utf8').split('\n'));
        if (pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('java')) {
          writeFileSync(`${cgroup}/cgroup.procs`, pid);
          return;
        }
        await sleep(50);
      }
      assert.fail('green was not seen');
    },
    undo: async () => rmdirSync(cgroup),
  };
}
