import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { assertDeployed, describeOnHost } from './target.ts';

/**
 * What the app's process tries before it starts: a name and a command; each leaves `name done` or `name refused` in its
 * work folder.
 */
const attempts = {
  'writes its work folder': 'echo x >own',
  'writes /tmp': 'echo x >/tmp/confinement',
  'reads the system': 'cat /etc/os-release',
  'resolves names': 'getent hosts localhost',
  'starts programs': 'sh -c "exit 0"',
  'writes /etc': 'touch /etc/confinement',
  'writes /usr': 'touch /usr/local/confinement',
  'writes a home that is open to all': 'touch /home/open/confinement',
  'writes its jar': 'echo x >>../app.jar',
  'makes a program that runs as its owner': 'cp /bin/true own-true && chmod 4755 own-true',
  'becomes root': 'sudo -n true',
  'makes a namespace': 'unshare --user true',
  'sees the processes of others': 'test -e /proc/1/cmdline',
  'reads the log of the kernel': 'head -c 1 /dev/kmsg',
} as const;

const allowed: readonly string[] = [
  'writes its work folder',
  'writes /tmp',
  'reads the system',
  'resolves names',
  'starts programs',
];

await describeOnHost('the app behind its unit', {}, target => {
  let told = '';
  before(async () => {
    const { host } = target();
    const tries = Object.entries(attempts).map(
      ([name, command]) =>
        `if (${command}) >/dev/null 2>&1; then echo "${name}: done"; else echo "${name}: refused"; fi`,
    );
    await host.sh(`install -d -m 0777 /home/open && mkdir /opt/own && cat >/opt/own/java <<'JAVA'
#!/bin/sh
case $1 in -version) exec /usr/bin/java -version ;; esac
{
${tries.join('\n')}
} >attempts
exec /usr/bin/java "$@"
JAVA
      chmod 0755 /opt/own/java
      echo 'shop ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/shop`);
    assertDeployed(await target().deploy('1', { java: '/opt/own/java' }), 'blue');
    told = await host.sh('cat /opt/shop/blue/work/attempts');
  });

  for (const name of Object.keys(attempts)) {
    const outcome = allowed.includes(name) ? 'done' : 'refused';
    test(`${name}: ${outcome}`, () => {
      assert.ok(told.split('\n').includes(`${name}: ${outcome}`), told);
    });
  }

  test('what it leaves in /tmp is not in the /tmp of the host', async () => {
    assert.equal(await target().host.sh('ls /tmp/confinement 2>/dev/null || echo none'), 'none\n');
  });

  test('systemd rates its exposure as at most 2 of 10', async () => {
    const rated = await target().host.sh(
      'systemd-analyze security --no-pager --threshold=20 bluegreen-shop@blue.service | tail -n 1',
    );
    assert.match(rated, /Overall exposure level for bluegreen-shop@blue\.service: [01]\.\d|: 2\.0/);
  });

  test("a drop-in of the owner's takes a restriction away", async () => {
    const { host, deploy } = target();
    await host.sh(`mkdir /etc/systemd/system/bluegreen-shop@.service.d
      printf '[Service]\\nReadWritePaths=/usr/local\\nProtectHome=no\\n' >/etc/systemd/system/bluegreen-shop@.service.d/own.conf
      systemctl daemon-reload`);
    assertDeployed(await deploy('2', { java: '/opt/own/java' }), 'green');
    const again = await host.sh('cat /opt/shop/green/work/attempts');
    assert.match(again, /^writes a home that is open to all: done$/m);
  });
});
