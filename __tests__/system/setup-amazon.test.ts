import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutLoss } from './hand.ts';
import { assertSetUp, stepsOf } from './set-up.ts';
import { assertDeployed, describeOnHost } from './target.ts';

await describeOnHost('a host laid out as Amazon Linux 2023', { kind: 'amazon' }, target => {
  test('setup installs with dnf, and leaves the server block in nginx.conf as it is', async () => {
    const { deploy, host, url } = target();
    const run = await deploy('1', { command: 'setup' });
    assertSetUp(run, ['packages', 'user', 'unit', 'site', 'service']);
    assert.match(
      stepsOf(run).get('packages')?.did ?? '',
      /^installed nginx java-17-amazon-corretto-headless: nginx 1\.22\.1, Java 17$/,
    );
    const calls = (await host.sh('cat /var/log/dnf-calls')).trim().split('\n');
    assert.deepEqual(
      calls.filter(line => !line.startsWith('-q list')),
      ['-y install nginx java-17-amazon-corretto-headless'],
    );
    assert.match(await host.sh('cat /etc/nginx/nginx.conf'), /server_name {2}_;/);
    assert.equal((await fetch(url)).status, 503, 'the stock server block does not answer');
    assert.match(await host.sh('systemctl is-enabled nginx'), /^enabled$/m);
  });

  test('a second setup calls dnf for nothing and changes nothing', async () => {
    const { deploy, host } = target();
    const before = await host.sh('cat /var/log/dnf-calls');
    assertSetUp(await deploy('1', { command: 'setup' }), []);
    assert.equal(await host.sh('cat /var/log/dnf-calls'), before);
  });

  test('deploy and rollback', async () => {
    const { deploy } = target();
    assertDeployed(await deploy('1'), 'blue');
    const back = await withoutLoss(target(), ['1', '2'], {}, async () => {
      assertDeployed(await deploy('2'), 'green');
      return await deploy('1', { command: 'rollback' });
    });
    assert.equal(back.outputs.outcome, 'rolled-back', back.log);
  });
});
