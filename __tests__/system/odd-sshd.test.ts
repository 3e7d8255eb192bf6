import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { addUser, bareHostKeys, startSshd } from '../../sandbox/sshd.ts';
import {
  assertDeployed,
  assertNothingLeft,
  assertRefused,
  describeOnHost,
  type Inputs,
  underLoad,
} from './target.ts';

const quick = { 'drain-timeout': '5s', 'health-interval': '100ms' };

await describeOnHost('servers and logins that are set up in odd ways', {}, target => {
  before(async () => assertDeployed(await target().deploy('1', quick), 'blue'));

  const deploy = (version: string, inputs: Inputs) => target().deploy(version, { ...quick, ...inputs });
  const look = (inputs: Inputs) => target().deploy('none', { command: 'status', jar: '', ...inputs });
  const on = (port: number): Inputs => ({
    'ssh-port': String(port),
    'ssh-host-key': bareHostKeys(target().host),
  });

  test('one session a connection, no forwarding, no terminal, a banner and little time to log in: a deploy works', async () => {
    const { host, url } = target();
    await host.sh("printf 'Authorized use only\\n@lease=held\\n' >/etc/ssh/banner");
    await startSshd(host, 2201, [
      'MaxSessions 1',
      'AllowTcpForwarding no',
      'PermitTTY no',
      'Banner /etc/ssh/banner',
      'LoginGraceTime 5',
      'MaxStartups 2:50:4',
      'X11Forwarding no',
    ]);
    const [run, load] = await underLoad(url, () => deploy('2', on(2201)));
    assertDeployed(run, 'green');
    assert.equal(load.failed, 0, JSON.stringify(load.samples));
    await assertNothingLeft(host);
  });

  test('no forwarding: a smoke-command fails, says which setting it is, and nothing is switched', async () => {
    const run = await deploy('3', { ...on(2201), 'smoke-command': 'curl -fsS "$BLUEGREEN_URL/version"' });
    assertRefused(run, {
      stage: 'smoke',
      reason: 'smoke-failed',
      outcome: 'failed',
      says: /AllowTcpForwarding/,
    });
    await assertNothingLeft(target().host);
  });

  test('a server that allows no session at all is told the setting', async () => {
    await startSshd(target().host, 2202, ['MaxSessions 0']);
    const run = await look(on(2202));
    assertRefused(run, { stage: 'inspect', reason: 'host-unfit', outcome: 'refused', says: /MaxSessions/ });
  });

  test('a login shell that prints, with facts and half a line, and opens every file to all, confuses nothing; two sessions are enough', async () => {
    const { host } = target();
    await addUser(host, 'chatty', '/bin/bash');
    await host.sh(`cat >>/home/chatty/.bashrc.new <<'RC'
umask 0
echo 'Welcome!'
echo '@lease=held'
echo '@reason=locked'
echo '::error::not a command'
printf 'half a line '
RC
      cat /home/chatty/.bashrc >>/home/chatty/.bashrc.new; mv /home/chatty/.bashrc.new /home/chatty/.bashrc`);
    await startSshd(host, 2204, ['MaxSessions 2']);
    const run = await deploy('3', { ...on(2204), 'ssh-user': 'chatty' });
    assertDeployed(run, 'blue');
    assert.match(run.log, /^\| Welcome!$/m);
    assert.doesNotMatch(run.log, /^::error::not a command/m);
    const writable = await host.sh(
      'find /opt/shop /etc/nginx /usr/local/lib/nginx-bluegreen ! -type l -perm /022',
    );
    assert.equal(writable, '', 'nothing is writable for others');
  });

  test('fish is a login shell like any other, also where it hides every file from others', async () => {
    const { host } = target();
    await addUser(host, 'fish', '/usr/bin/fish');
    await host.sh(
      'mkdir -p /home/fish/.config/fish && echo "umask 077; echo hello from fish" >/home/fish/.config/fish/config.fish',
    );
    const inputs = { 'ssh-user': 'fish', 'warm-up-paths': '/version\n/', 'warm-up-requests': '10' };
    assertDeployed(await deploy('4', inputs), 'green');
  });

  test('tcsh too, with what it would expand', async () => {
    const { host } = target();
    await addUser(host, 'tcsh', '/usr/bin/tcsh');
    await host.sh("echo 'echo hello from tcsh' >/home/tcsh/.cshrc");
    const why = "it's !broken! \\ $HOME `id`";
    const run = await look({ ...quick, command: 'rollback', 'ssh-user': 'tcsh', 'rollback-reason': why });
    assert.equal(run.outputs.outcome, 'rolled-back', run.log);
    const history = await host.sh('cat /opt/shop/state/history.jsonl');
    assert.ok(history.includes(JSON.stringify(why).slice(1, -1)), history.slice(-2000));
  });

  test('a login that runs something else is told as such, and nothing happens', async () => {
    const { host } = target();
    await startSshd(host, 2203, ['Match User ec2-user', 'ForceCommand echo backups only']);
    await addUser(host, 'nobody-here', '/usr/sbin/nologin');
    const cases = [
      [on(2203), /did not run what it was asked for status.* status 0 and said 'backups only'/],
      [{ 'ssh-user': 'nobody-here' }, /status 1 and said 'This account is currently not available.'/],
    ] as const;
    for (const [inputs, says] of cases) {
      const run = await look(inputs);
      assertRefused(run, { stage: 'inspect', reason: 'host-unfit', outcome: 'refused', says });
    }
    const run = await deploy('5', on(2203));
    assertRefused(run, { stage: 'acquire', reason: 'host-unfit', outcome: 'refused', says: /ForceCommand/ });
  });
});
