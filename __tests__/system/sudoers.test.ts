import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertDeployed, describeOnHost } from './target.ts';

const page = readFileSync(new URL('../../docs/sudoers.md', import.meta.url), 'utf8');
const line = /^ec2-user ALL=.*$/m.exec(page)?.[0] ?? '';

await describeOnHost('a user whose sudo is as narrow as docs/sudoers.md has it', {}, target => {
  test('deploys, also where sudo gives each command a terminal of its own', async () => {
    const { deploy, host } = target();
    assert.match(line, /NOPASSWD: \//);
    await host.sh(`cat >/etc/sudoers.d/90-cloud-users <<'RULE'
Defaults:ec2-user use_pty
${line}
RULE
    visudo -c -q`);
    assert.equal((await host.run('su - ec2-user -c "sudo -n id"')).code, 1, 'other commands are refused');
    assertDeployed(await deploy('1'), 'blue');
  });
});
