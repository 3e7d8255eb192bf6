import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEc2 } from '../../sandbox/ec2/ec2.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import {
  activeColors,
  assertDeployed,
  assertNothingLeft,
  assertRefused,
  describeOnHost,
  jarOf,
  underLoad,
} from './target.ts';

const secret = `hunter2 'x' "y" $HOME \`id\` \\n é`;
const secretEnv = `DB_PASSWORD=correct-horse-battery\nTOKEN=it's "swordfish\\x" $HOME\nDB=postgres://shop:sword-swordfish@db/shop`;
const env = `DB_PASSWORD=${secret}\nPADDED= two  blanks \nEMPTY=`;

await describeOnHost('deploys to an EC2 instance', {}, target => {
  let ec2Env: Readonly<Record<string, string>> = {};
  let instanceId = '';

  test('the first deploy needs nothing but nginx, Java and sshd', async t => {
    const { host, deploy } = target();
    const ec2 = await startEc2([{ address: host.address, tags: { Role: 'web' } }]);
    t.diagnostic(`EC2 endpoint: ${ec2.kind}`);
    try {
      instanceId = ec2.instanceIds[0] ?? '';
      ec2Env = {
        AWS_ENDPOINT_URL_EC2: ec2.url,
        AWS_ACCESS_KEY_ID: 'sandbox',
        AWS_SECRET_ACCESS_KEY: 'sandbox-secret',
        AWS_REGION: 'us-east-1',
      };
      const run = await deploy('1', { host: '', 'instance-filters': 'tag:Role=web', env }, { env: ec2Env });
      assertDeployed(run, 'blue');
      assert.equal(run.outputs['instance-id'], instanceId);
      assert.equal(run.outputs.host, host.address);
      assert.equal(run.outputs['previous-release'], '');
      assert.match(run.outputs.release ?? '', /^\d{8}T\d{6}Z-[0-9a-f]{8}$/);
      const byId = await deploy('1', { host: '', 'instance-id': instanceId, env }, { env: ec2Env });
      assert.equal(byId.outputs.outcome, 'unchanged', byId.log);
    } finally {
      await ec2.stop();
    }
    assert.equal(await fetchVersion(), '1');
    await assertNothingLeft(host);
  });

  test('the app gets its environment to the letter, its port and its folder', async () => {
    const { url } = target();
    assert.equal(await (await fetch(`${url}/env?name=DB_PASSWORD`)).text(), secret);
    assert.equal(await (await fetch(`${url}/env?name=PADDED`)).text(), ' two  blanks ');
    assert.equal(await (await fetch(`${url}/env?name=SERVER_PORT`)).text(), '8081');
    assert.match(await (await fetch(`${url}/args`)).text(), /\/opt\/shop\/releases\/[^/]+\/work/);
  });

  test('a second and a third version under load: colors alternate, no request is lost', async () => {
    const { host, deploy, url } = target();
    for (const [version, color] of [
      ['2', 'green'],
      ['3', 'blue'],
    ] as const) {
      const [run, load] = await underLoad(url, () => deploy(version, { env }));
      assertDeployed(run, color);
      assert.equal(load.failed, 0, JSON.stringify(load.samples));
      assert.deepEqual(Object.keys(load.versions).sort(), [String(Number(version) - 1), version]);
      assert.equal(await activeColors(host), color, 'the old color was stopped');
      assert.match(run.log, /requests during the switch, 0 failed/);
      assert.equal(run.outputs['downtime-ms'], '0');
      await assertNothingLeft(host);
    }
  });

  test('same jar and same settings: unchanged, in one look at the host', async () => {
    const { host, deploy } = target();
    const before = await stagesRun();
    const run = await deploy('3', { env });
    assert.equal(run.outputs.outcome, 'unchanged', run.log);
    assert.equal(run.outputs.changed, 'false');
    assert.deepEqual((await stagesRun()).slice(before.length), ['acquire']);
    await assertNothingLeft(host);
  });

  test('another environment is a new release of the same jar, of which nothing is sent', async () => {
    const { deploy, url } = target();
    const run = await deploy('3', { env: 'DB_PASSWORD=changed-it' });
    assertDeployed(run, 'green');
    assert.equal(run.outputs['uploaded-bytes'], '0');
    assert.equal(await (await fetch(`${url}/env?name=DB_PASSWORD`)).text(), 'changed-it');
  });

  test('secrets are masked first and are in no log, output, summary, process list or readable file', async () => {
    const { host, deploy } = target();
    const processLists: string[] = [];
    const watch = setInterval(async () => processLists.push((await host.run('ps axww -o args')).stdout), 150);
    const debug = { env: { RUNNER_DEBUG: '1' } };
    const run: ActionRun = await deploy('4', { env: secretEnv }, debug).finally(() => clearInterval(watch));
    assertDeployed(run, 'blue');
    assert.ok(run.masks.includes('correct-horse-battery'));
    const firstOther = run.lines.findIndex(line => line !== '' && !line.startsWith('::add-mask::'));
    const lastMask = run.lines.findLastIndex(line => line.startsWith('::add-mask::'));
    assert.ok(lastMask < firstOther, 'masks come before the first line of log');
    const said = run.lines.filter(line => !line.startsWith('::add-mask::')).join('\n');
    assert.match(said, /^::debug::exec \d+: .* upload /m, 'what was sent is in the debug log');
    assert.match(said, /^::debug::SSH algorithms: key exchange /m);
    const journal = await host.sh('journalctl --no-pager -o cat');
    const canary = await host.sh(
      `echo canary-word >/tmp/canary; su -s /bin/sh nobody -c "grep -rl canary-word /tmp"; rm /tmp/canary`,
    );
    assert.match(canary, /\/tmp\/canary/, 'what everybody can read is found');
    const readable = await host.sh(
      `su -s /bin/sh nobody -c "grep -rl correct-horse-battery /opt /etc /var/log /run /tmp /usr/local 2>/dev/null" || true`,
    );
    for (const text of [said, run.summary, JSON.stringify(run.outputs), journal, readable, ...processLists]) {
      assert.doesNotMatch(text, /correct-horse-battery|swordfish|BEGIN OPENSSH/);
    }
    assert.ok(
      processLists.some(list => list.includes('nginx-bluegreen')),
      'the lists were made while it worked',
    );
    const modes = await host.sh(
      'stat -c "%a %U %n" /opt/shop/blue/env /opt/shop/blue/release.json /opt/shop/blue/app.jar',
    );
    assert.match(modes, /^600 shop .*env\n600 root .*release\.json\n644 root .*app\.jar/);
  });

  test('build-command runs first, in the workspace, and the glob finds what it built', async () => {
    const { deploy } = target();
    const workspace = await mkdtemp(join(tmpdir(), 'bluegreen-workspace-'));
    try {
      const build = `mkdir -p build/libs && cp '${await jarOf('4')}' build/libs/shop.jar && echo "built $((1 + 1))"`;
      const inputs = {
        'build-command': build,
        jar: 'build/libs/*.jar',
        env: secretEnv,
      };
      const run = await deploy('4', inputs, { workspace });
      assert.equal(run.outputs.outcome, 'unchanged', run.log);
      assert.match(run.log, /^built 2$/m);
      const broken = await deploy('4', { ...inputs, 'build-command': 'echo no; exit 3' }, { workspace });
      assertRefused(broken, {
        stage: 'resolve',
        reason: 'build-failed',
        outcome: 'refused',
        says: /ended with status 3/,
      });
    } finally {
      await rm(workspace, { recursive: true });
    }
  });

  test('only keep-releases stay on the disk, and the live one among them', async () => {
    const { host, deploy } = target();
    const run = await deploy('5', { 'keep-releases': '2' });
    assertDeployed(run, 'green');
    const releases = (await host.sh('ls /opt/shop/releases')).trim().split('\n');
    assert.equal(releases.length, 2);
    assert.ok(releases.includes(run.outputs.release ?? ''));
  });

  test('after a reboot the live release serves again', async () => {
    const { host, url } = target();
    await host.reboot();
    const until = Date.now() + 30_000;
    let version = '';
    while (version !== '5' && Date.now() < until)
      version = await fetch(`${url}/version`).then(
        r => (r.ok ? r.text() : ''),
        () => '',
      );
    assert.equal(version, '5');
    assert.equal(await activeColors(host), 'green');
  });

  const fetchVersion = async (): Promise<string> => await (await fetch(`${target().url}/version`)).text();

  const stagesRun = async (): Promise<readonly string[]> => {
    const journal = await target().host.sh('journalctl --no-pager -o cat _COMM=sudo');
    return [...journal.matchAll(/COMMAND=\/usr\/local\/lib\/nginx-bluegreen\/\S+ (\w+)/g)].map(
      ([, stage = '']) => stage,
    );
  };
});
