import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import type { LoadResult } from '../../sandbox/load/result.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import { withoutLoss } from './hand.ts';
import {
  assertDeployed,
  assertNothingLeft,
  assertRefused,
  describeOnHost,
  type Target,
  underLoad,
} from './target.ts';
import {
  deployByTutorial,
  jarOnPort,
  setUpByTutorial,
  startAgain,
  stopAt,
  type,
} from './tutorial/tutorial-host.ts';
import { killedAt, untilSettled } from './unconfirmed.ts';

const page = readFileSync(new URL('../../docs/migration.md', import.meta.url), 'utf8');

/** The blocks of one language below a heading of docs/migration.md, in their order. */
function blocksUnder(heading: string, language: string): readonly string[] {
  const section = page.split(/^##+ /m).find(text => text.startsWith(heading)) ?? '';
  return [...section.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, found, text = '']) =>
    found === language ? [text] : [],
  );
}

const [setupBlock = ''] = blocksUnder('The steps', 'yaml');
const { command: _, ...inputs }: Readonly<Record<string, string>> = parse(setupBlock);
const [showCommands = '', putBackCommands = ''] = blocksUnder('Going back', 'sh');

const setUp = ({ deploy }: Target, more = {}): Promise<ActionRun> =>
  deploy('new', { ...inputs, ...more, command: 'setup' });

const versionAt = async ({ url }: Target): Promise<string> => await (await fetch(`${url}/version`)).text();

/** A reload is over a moment after systemctl says so. */
async function awaitVersion(target: Target, version: string): Promise<void> {
  for (let look = 0; look < 50 && (await versionAt(target)) !== version; look += 1) await sleep(100);
  assert.equal(await versionAt(target), version);
}

/** Asserts that a reload's resets are all that went wrong, and no more than the run told. */
function assertOnlyResets(run: ActionRun, load: LoadResult): void {
  const { reset = 0, closed = 0, ...others } = load.failures;
  assert.deepEqual(others, {});
  const [host] = JSON.parse(run.outputs.result ?? '').hosts;
  assert.equal(host.reloads, 1);
  assert.ok(reset + closed <= host.tcpResets, `${JSON.stringify(load.failures)} of ${host.tcpResets} resets`);
}

const quick = { 'drain-timeout': '3s' };

await describeOnHost('a host of the tutorials, whose server block stays', {}, target => {
  let old = 0;

  test('plan says what it found, and a deploy is refused before setup; nothing is changed', async () => {
    const { deploy, host } = target();
    await setUpByTutorial(host);
    await deployByTutorial(host, 'older');
    await deployByTutorial(host, 'old');
    old = await jarOnPort(host, 8082);
    const plan = await deploy('new', { ...inputs, command: 'plan' });
    assert.equal(plan.outputs.outcome, 'planned', plan.log);
    for (const found of [
      /service-url\.inc sets to port 8082/,
      new RegExp(
        `port 8082 \\(live, by the front door\\): \\S+/shop-old\\.jar with the profile real2, process ${old} of ec2-user, started 20`,
      ),
      /port 8081 \(idle\): \S+\/shop-older\.jar with the profile real1/,
      /\/etc\/cron\.d\/shop may start the old jar again/,
    ])
      assert.match(plan.log, found);
    assert.match(plan.summary, /What setup would take over/);
    assert.equal(plan.lines.filter(line => line.includes('would be refused')).length, 1, plan.log);
    assertRefused(await deploy('new', inputs), {
      stage: 'inspect',
      reason: 'front-door-mismatch',
      outcome: 'refused',
      says: /Run once with command: setup/,
    });
    assert.equal((await host.run('ls /etc/nginx/bluegreen /etc/nginx/conf.d/bluegreen-shop.conf')).code, 2);
  });

  test('a setup that dies before nginx has read its files is ended by the next, with one reload', async () => {
    const { host } = target();
    for (const [tool, word] of [
      ['mv', '/etc/nginx/nginx.conf'],
      ['systemctl', 'reload'],
    ]) {
      await host.sh(`cat >/usr/local/sbin/${tool} <<'TOOL'
#!/bin/sh
case " $* " in *' ${word} '*) kill -KILL "$PPID"; exit 1 ;; esac
exec /usr/bin/${tool} "$@"
TOOL
        chmod 755 /usr/local/sbin/${tool}`);
      const died = await setUp(target());
      assert.equal(died.outputs['failed-stage'], 'setup', died.log);
      assert.match(died.log, /was killed on the host/);
      await host.sh(`rm /usr/local/sbin/${tool}; nginx -t -q`);
      assert.equal(await versionAt(target()), 'old');
    }
    const [run, load] = await underLoad(target().url, () => setUp(target()), { rate: 800 });
    assert.equal(run.outputs.outcome, 'set-up', run.log);
    assertOnlyResets(run, load);
    assert.deepEqual(Object.keys(load.versions), ['old']);
    assert.match(
      run.log,
      /\| tutorial: the adopted jar shop-old\.jar is adopted as green and serves as before/,
    );
    assert.equal(await jarOnPort(host, 8082), old);
    const kept = '/var/lib/nginx-bluegreen/shop/replaced';
    assert.equal(
      (
        await host.sh(
          `diff ${kept}/nginx.conf /etc/nginx/nginx.conf | grep '^[<>]'; stat -c 'mode %a' ${kept}/how-*`,
        )
      ).replaceAll(/ +/g, ' '),
      `< include /etc/nginx/conf.d/service-url.inc;
> include /etc/nginx/bluegreen/shop/live.conf;
< proxy_pass $service_url;
> proxy_pass $service_url; proxy_http_version 1.1; proxy_set_header Connection "";
mode 600
`,
    );
  });

  test('setup again changes nothing; plan, status and rollback know the adopted jar', async () => {
    const { deploy } = target();
    assert.equal((await setUp(target())).outputs.outcome, 'unchanged');
    const plan = await deploy('new', { ...inputs, command: 'plan' });
    assert.match(plan.summary, /would replace `the adopted jar shop-old\.jar`, on blue \(port 8081\)/);
    assert.doesNotMatch(plan.log, /would be refused/);
    const status = await deploy('new', { ...inputs, command: 'status' });
    assert.equal(status.code, 0, status.log);
    assert.match(
      status.log,
      /green \(port 8082, live\): the adopted jar shop-old\.jar; unit adopted since 20/,
    );
    assertRefused(await deploy('new', { ...inputs, command: 'rollback' }), {
      stage: 'inspect',
      reason: 'no-previous-release',
      outcome: 'refused',
      says: /the adopted jar shop-old\.jar is live, and no release of shop was live before it/,
    });
  });

  test("the old scripts move nothing any more, and their new jar is known as the idle one's heir", async () => {
    const { deploy, host } = target();
    await deployByTutorial(host, 'middle');
    assert.equal(await versionAt(target()), 'old');
    const plan = await deploy('new', { ...inputs, command: 'plan' });
    assert.match(
      plan.log,
      /port 8081 \(blue\) is held by process \d+ of shop-middle\.jar, which the old scripts/,
    );
    assert.doesNotMatch(plan.log, /would be refused/);
  });

  test('a first release that turns bad is taken back: the old jar was never stopped', async () => {
    const turnBad = 'SAMPLE_TURN_BAD=unhealthy\nSAMPLE_TURN_BAD_AFTER_MS=300';
    const bad = await withoutLoss(target(), ['old', 'bad'], {}, () =>
      target().deploy('bad', { ...inputs, ...quick, 'bake-time': '30s', env: turnBad }),
    );
    assertRefused(bad, {
      stage: 'bake',
      reason: 'bake-failed',
      outcome: 'reverted',
      says: /Traffic goes to the adopted jar shop-old\.jar \(green, port 8082\)/,
    });
    assert.equal(await jarOnPort(target().host, 8082), old);
    await assertNothingLeft(target().host);
  });

  test('a run that is killed before it confirms: the host takes the traffic back to the old jar', async () => {
    const load = { 'verify-url': 'http://192.0.2.1/' };
    await withoutLoss(target(), ['old', 'lost'], {}, async () => {
      await target().deploy('lost', { ...inputs, ...load }, killedAt('switch took'));
      // What the timer would do after a minute.
      await target().host.sh('sleep 1; systemctl start --wait bluegreen-shop-deadline.service');
      await untilSettled(target(), 'restored');
    });
    assert.equal(await versionAt(target()), 'old');
    assert.equal(await jarOnPort(target().host, 8082), old);
  });

  test('the first deploy loses no request, and ends the old jar after it', async () => {
    const { deploy, host } = target();
    const first = await withoutLoss(target(), ['old', 'new'], { rate: 800 }, () =>
      deploy('new', { ...inputs, ...quick }),
    );
    assertDeployed(first, 'blue');
    assert.match(first.log, new RegExp(`ended process ${old} of the adopted jar shop-old\\.jar \\(green\\)`));
    assert.equal(JSON.parse(first.outputs.result ?? '').hosts[0].reloads, 0);
    assert.equal(await jarOnPort(host, 8082), 0);
    assert.equal(await host.sh('ls /opt/shop/state/adopted; pgrep -u ec2-user java || true'), '');
    assertRefused(await deploy('new', { ...inputs, command: 'rollback' }), {
      stage: 'inspect',
      reason: 'no-previous-release',
      outcome: 'refused',
      says: /The jar that served before the first deploy is no release: going back to it is done by hand/,
    });
  });

  test('the second deploy and a rollback are as ever', async () => {
    const { deploy } = target();
    assertDeployed(
      await withoutLoss(target(), ['new', 'newer'], {}, () => deploy('newer', { ...inputs, ...quick })),
      'green',
    );
    const back = await deploy('new', { ...inputs, ...quick, command: 'rollback' });
    assert.equal(back.outputs.outcome, 'rolled-back', back.log);
    assert.equal(await versionAt(target()), 'new');
  });

  test('the way back of the page leads to the old jar', async () => {
    const { host } = target();
    const shown = await type(host, showCommands);
    assert.match(shown, /^set \$service_url http:\/\/127\.0\.0\.1:8082;/);
    await startAgain(host, shown, 8082);
    const [, load] = await underLoad(target().url, async () => {
      await type(host, putBackCommands);
      await awaitVersion(target(), 'old');
    });
    const { reset: _reset, closed: _closed, ...others } = load.failures;
    assert.deepEqual(others, {});
  });
});

await describeOnHost(
  "an Amazon Linux of the tutorials that gets the action's own server block",
  { kind: 'amazon' },
  target => {
    const managed = { site: 'managed' };

    test('a server block that does more than pass requests on is not replaced', async () => {
      const { host } = target();
      await host.sh(
        'dnf install -y nginx java-17-amazon-corretto-headless; systemctl enable --now nginx 2>/dev/null',
      );
      await setUpByTutorial(host, ' default_server');
      await deployByTutorial(host, 'old');
      await host.sh(`cp /etc/nginx/nginx.conf /root/kept
      sed -i 's|error_page 404.*|location /files { root /srv; }|' /etc/nginx/nginx.conf`);
      const refused = await setUp(target(), managed);
      await host.sh('cp /root/kept /etc/nginx/nginx.conf');
      assertRefused(refused, {
        stage: 'inspect',
        reason: 'front-door-mismatch',
        outcome: 'refused',
        says: /does more than pass requests on \(\/etc\/nginx\/nginx\.conf:\d+ location \/files.*Use site: include/,
      });
    });

    test('the port that requests reach counts, not the file that nginx has not read', async () => {
      const { host } = target();
      await host.sh(`sed -i s/8081/8082/ /etc/nginx/conf.d/service-url.inc`);
      const plan = await target().deploy('new', { ...inputs, ...managed, command: 'plan' });
      assert.match(plan.log, /its requests reach port 8081 all the same: nginx has not read that file/);
      const [run, load] = await underLoad(target().url, () => setUp(target(), managed));
      assert.equal(run.outputs.outcome, 'set-up', run.log);
      assertOnlyResets(run, load);
      assert.deepEqual(Object.keys(load.versions), ['old']);
      assert.equal(
        await host.sh('grep -c service_url /etc/nginx/nginx.conf || true; nginx -t 2>&1 | grep warn || true'),
        '0\n',
      );
    });

    test('an adopted jar that died is told, and one that its scripts start anew takes its place', async () => {
      const { deploy, host } = target();
      const status = (): Promise<ActionRun> => deploy('new', { ...inputs, ...managed, command: 'status' });
      await stopAt(host, 8081);
      const died = await status();
      assert.equal(died.outputs.reason, 'unhealthy', died.log);
      assert.match(
        died.log,
        /nothing listens on port 8081 \(blue\), which the adopted jar shop-old\.jar had/,
      );
      await startAgain(host, await type(host, showCommands), 8081);
      const well = await status();
      assert.equal(well.code, 0, well.log);
      assert.match(
        well.log,
        /port 8081 \(blue\) is held by process \d+ of shop-old\.jar, which the old scripts/,
      );
    });

    test('a machine that goes down in an unconfirmed switch comes back with the release, since nothing of ours starts the old jar', async () => {
      const { deploy, host } = target();
      await host.sh('rm /etc/cron.d/shop');
      await deploy(
        'lost',
        { ...inputs, ...managed, 'verify-url': 'http://192.0.2.1/' },
        killedAt('switch took'),
      );
      await host.reboot('hard');
      await awaitVersion(target(), 'lost');
      assert.match(
        await host.sh('cat /opt/shop/state/journal'),
        /^state=switched\n[\s\S]*^why=.*it stays live all the same, since nothing starts the adopted jar shop-old\.jar at boot$/m,
      );
    });

    test('on the page, the way back needs no more than the copies', async () => {
      const { host } = target();
      await startAgain(host, await type(host, showCommands), 8081);
      await host.sh('sed -i s/8082/8081/ /var/lib/nginx-bluegreen/shop/replaced/conf.d-service-url.inc');
      await type(host, putBackCommands);
      await awaitVersion(target(), 'old');
    });
  },
);
