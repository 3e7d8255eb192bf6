import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeDeployer, program } from './deployer.ts';
import { findingsOf } from './hand.ts';
import { assertDeployed, assertNothingLeft, assertRefused, describeOnHost, underLoad } from './target.ts';

const quick = { 'drain-timeout': '5s', 'health-interval': '100ms' };

await describeOnHost('a deploy user, whose one right is to deploy this app', {}, target => {
  let shop: ReturnType<typeof makeDeployer> | undefined;
  const deployer = (): ReturnType<typeof makeDeployer> => {
    shop ??= makeDeployer(target(), 'shop');
    return shop;
  };
  const deploy = (version: string, inputs: Readonly<Record<string, string>> = {}) =>
    target().deploy(version, { ...quick, ...deployer().inputs, ...inputs });

  test('is made by setup, and setup again changes nothing', async () => {
    const first = await deployer().setUp();
    assert.equal(first.outputs.outcome, 'set-up', first.log);
    const again = await deployer().setUp();
    assert.equal(again.outputs.outcome, 'unchanged', again.log);
    const { text } = await deployer().run('sudo -n -l; sudo -n id');
    assert.match(text, /restricted shop \*\n[\s\S]*a password is required/);
    const owners = await target().host.sh(
      'stat -c "%U %a %n" /home/shop-deploy /home/shop-deploy/.ssh /home/shop-deploy/.ssh/authorized_keys /etc/sudoers.d/nginx-bluegreen-shop',
    );
    assert.match(owners, /^root 755 .*\nroot 755 .*\nroot 644 .*\nroot 440 .*\n$/);
  });

  test('deploys, plans, looks and rolls back under load without a lost request', async () => {
    assertDeployed(await deploy('1'), 'blue');
    const [runs, load] = await underLoad(target().url, async () => {
      const second = await deploy('2', { 'smoke-command': 'curl -fsS "$BLUEGREEN_URL/version"' });
      const plan = await deploy('3', { command: 'plan', comment: 'false' });
      const status = await deploy('none', { command: 'status', jar: '' });
      const back = await deploy('none', { command: 'rollback', jar: '' });
      return { second, plan, status, back };
    });
    assertDeployed(runs.second, 'green');
    assert.equal(runs.plan.outputs.outcome, 'planned', runs.plan.log);
    assert.equal(runs.status.outputs.outcome, 'unchanged', runs.status.log);
    assert.equal(runs.back.outputs.outcome, 'rolled-back', runs.back.log);
    assert.equal(load.failed, 0, JSON.stringify(load.failures));
    assert.ok(load.requests > 500);
    await assertNothingLeft(target().host);
  });

  test('is told what of its inputs setup has fixed; other ports are refused', async () => {
    const named = await deploy('1', { 'server-name': 'a.example; } server { listen 81' });
    assert.equal(named.outputs.reason, 'input-invalid', 'the runner refuses it before');
    const other = await deploy('1', { 'server-name': 'a.example', 'max-body-size': '1m' });
    assert.equal(other.outputs.outcome, 'unchanged', other.log);
    assert.deepEqual(
      findingsOf(other).map(
        one => /^\S+ is fixed by setup as \S+ on this host: \S+ was not used/.exec(one)?.[0],
      ),
      [
        'server-name is fixed by setup as _ on this host: a.example was not used',
        'max-body-size is fixed by setup as 100m on this host: 1m was not used',
      ],
    );
    assertRefused(await deploy('1', { 'blue-port': '9001' }), {
      stage: 'acquire',
      reason: 'input-invalid',
      outcome: 'refused',
      says: /blue-port is fixed by setup as 8081 on this host, and was given as 9001/,
    });
  });

  test('is told to say restricted where it is not said', async () => {
    const unsaid = await deploy('1', { restricted: 'false' });
    assert.equal(unsaid.outputs.reason, 'sudo-refused', unsaid.log);
    assert.match(unsaid.log, /Give restricted: true beside this ssh-user/);
  });

  test('an administrator deploys the same app beside it', async () => {
    assertDeployed(await target().deploy('4', quick), 'green');
    assertDeployed(await deploy('5'), 'blue');
  });

  test('is told by which version of the program the host was set up', async () => {
    const { host } = target();
    const older = 'a'.repeat(64);
    await host.sh(`sed -i 's|/${program.sha256}/|/${older}/|' /etc/sudoers.d/nginx-bluegreen-shop`);
    const expected = {
      reason: 'program-outdated',
      outcome: 'refused',
      says: new RegExp(
        `is the version ${'a'.repeat(12)}, and this version of the action goes with ${program.sha256.slice(0, 12)}`,
      ),
    } as const;
    assertRefused(await deploy('6'), { ...expected, stage: 'acquire' });
    await host.sh(`mv ${program.path} ${program.path}.away`);
    for (const inputs of [{}, { command: 'status', jar: '' }]) {
      const run = await deploy('6', inputs);
      assert.equal(run.outputs.reason, 'program-outdated', run.log);
    }
    const others = await deploy('6', { app: 'other' });
    assert.equal(others.outputs.reason, 'sudo-refused', others.log);
    assert.match(others.log, /shop-deploy has no right to deploy other on the host, only shop\./);
    const mended = await deployer().setUp();
    assert.equal(mended.outputs.outcome, 'set-up', mended.log);
    assert.equal((await deploy('5')).outputs.outcome, 'unchanged');
  });

  test("is refused by setup where its name is taken; what else the host gives it, or keeps from it, is told; files that are not root's any more are", async () => {
    const { host } = target();
    const taken = await deployer().setUp({ 'deploy-user': 'ec2-user' });
    assert.equal(taken.outputs.reason, 'not-ours', taken.log);
    await host.sh(`usermod -aG adm shop-deploy; echo 'shop-deploy ALL=(root) NOPASSWD: /bin/ls' >/etc/sudoers.d/zz-more
      echo 'AllowUsers ec2-user' >/etc/ssh/sshd_config.d/90-few.conf; chown shop-deploy /home/shop-deploy/.ssh`);
    const told = await deployer().setUp();
    assert.equal(told.outputs.outcome, 'set-up', told.log);
    assert.match(told.log, /shop-deploy has other rights by sudo, which are not ours:.* \/bin\/ls/);
    assert.match(told.log, /shop-deploy is in other groups of the host \(adm \)/);
    assert.match(told.log, /sshd lets some users in and not shop-deploy/);
    assert.equal(await host.sh('stat -c %U /home/shop-deploy/.ssh'), 'root\n');
    await host.sh('rm /etc/sudoers.d/zz-more /etc/ssh/sshd_config.d/90-few.conf; gpasswd -d shop-deploy adm');
    assert.match(await target().host.sh('cat /etc/sudoers.d/nginx-bluegreen-shop'), /^shop-deploy ALL/m);
  });

  test('loses its right and its login when setup is run without restricted', async () => {
    const without = await target().deploy('none', { command: 'setup', jar: '' });
    assert.equal(without.outputs.outcome, 'set-up', without.log);
    assert.match(without.log, /took the right to deploy shop away from shop-deploy/);
    assert.equal((await deployer().run('true')).code, 255);
    await target().host.sh(
      '! ls /etc/sudoers.d/nginx-bluegreen-shop /etc/nginx-bluegreen/shop.conf 2>/dev/null',
    );
  });
});
