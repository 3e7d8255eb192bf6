import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { startEc2 } from '../../sandbox/ec2/ec2.ts';
import { addUser, bareHostKeys, startSshd } from '../../sandbox/sshd.ts';
import { parseHostKeys } from '../../src/ssh/host-key.ts';
import { failureOf } from '../unit/connecting.ts';
import { startAgent } from '../unit/made-agent.ts';
import { makeKey } from '../unit/made-keys.ts';
import { assertDeployed, assertNothingLeft, assertRefused, describeOnHost, type Inputs } from './target.ts';

const quick = { 'drain-timeout': '5s', 'health-interval': '100ms' };
const jumpKey = makeKey('ed25519');
const authority = makeKey('ed25519');

await describeOnHost('agents, jump hosts, certificates and algorithms, with sshd itself', {}, target => {
  const look = (inputs: Inputs, env: Readonly<Record<string, string>> = {}) =>
    target().deploy('none', { command: 'status', jar: '', ...inputs }, { env });
  const on = (port: number, hostKey = bareHostKeys(target().host)): Inputs => ({
    'ssh-port': String(port),
    'ssh-host-key': hostKey,
  });

  /** Asserts that the login is refused so, without all the rest of a run. */
  const assertNoWayIn = async (
    port: number,
    hostKeys: string,
    reason: string,
    says: RegExp,
  ): Promise<void> => {
    const { host } = target();
    const failure = await failureOf({
      address: host.address,
      port,
      user: host.user,
      login: { kind: 'key', key: { text: host.privateKey, passphrase: undefined } },
      hostKeys: parseHostKeys(hostKeys).rules,
      names: [host.address],
    });
    assert.equal(failure.reason, reason, failure.message);
    assert.match(failure.message, says);
  };

  before(async () => {
    const { host } = target();
    await addUser(host, 'jumper', '/usr/sbin/nologin');
    await host.sh(`echo '${jumpKey.publicLine}' >/home/jumper/.ssh/authorized_keys
      cat >/etc/ssh/authority <<'KEY'
${authority.privateText}KEY
      chmod 600 /etc/ssh/authority
      for kind in good old; do cp /etc/ssh/ssh_host_ed25519_key /etc/ssh/$kind; cp /etc/ssh/ssh_host_ed25519_key.pub /etc/ssh/$kind.pub; done
      ssh-keygen -q -s /etc/ssh/authority -h -I shop -n '${host.address}' -V -5m:+1h /etc/ssh/good.pub
      ssh-keygen -q -s /etc/ssh/authority -h -I shop -n '${host.address}' -V 20200101000000Z:20200102000000Z /etc/ssh/old.pub
      ssh-keygen -q -t rsa -b 2048 -N '' -f /etc/ssh/ssh_host_rsa_key`);
  });

  const jump = (port: number): Inputs => ({
    'ssh-jump-host': `jumper@${target().host.address}:${port}`,
    'ssh-jump-private-key': jumpKey.privateText,
    'ssh-jump-host-key': bareHostKeys(target().host),
    // The host itself, as the jump host sees it.
    host: '127.0.0.1',
    'ssh-host-key': bareHostKeys(target().host),
  });

  test('a deploy goes through a jump host, and through it again when the link breaks', async () => {
    const { host, deploy } = target();
    await startSshd(host, 2301, []);
    let isCut = false;
    const onLine = (line: string): void => {
      if (isCut || !line.startsWith('::group::start')) return;
      isCut = true;
      host.run("pkill -KILL -u jumper -x sshd || pkill -KILL -f 'sshd: jumper'");
    };
    const run = await deploy('1', { ...quick, ...jump(2301) }, { onLine });
    assertDeployed(run, 'blue');
    assert.match(run.log, /connected again, with the lock/);
    assert.ok(
      run.masks.some(mask => jumpKey.privateText.includes(mask)),
      'its key is masked',
    );
    await assertNothingLeft(host);
  });

  test('a jump host that lets nobody further says which setting it is', async () => {
    await startSshd(target().host, 2302, ['AllowTcpForwarding no']);
    const run = await look(jump(2302));
    assertRefused(run, {
      stage: 'connect',
      reason: 'unreachable',
      outcome: 'refused',
      says: /the jump host \S+:2302 let this run in and forbids it to go on to 127\.0\.0\.1:22: .*AllowTcpForwarding yes/,
    });
    assert.ok(run.ms < 20_000, 'not tried again');
  });

  test('the key of an SSH agent lets in; too many keys are told as such', async t => {
    const { host } = target();
    const agent = await startAgent();
    t.after(() => agent.stop());
    const inputs = { 'ssh-auth': 'agent', 'ssh-private-key': '' };
    const env = { SSH_AUTH_SOCK: agent.socket };
    const isKnown = { privateText: host.privateKey, publicLine: '', fingerprint: '' };
    agent.add(isKnown);
    assert.equal((await look(inputs, env)).outputs.outcome, 'unchanged');
    await startSshd(host, 2303, ['MaxAuthTries 2']);
    agent.remove();
    for (let keys = 0; keys < 3; keys++) agent.add(makeKey('ed25519'));
    agent.add(isKnown);
    const run = await look({ ...inputs, ...on(2303) }, env);
    assertRefused(run, {
      stage: 'connect',
      reason: 'auth-refused',
      outcome: 'refused',
      says: /gave up after each of the 4 keys of the SSH agent .*MaxAuthTries/,
    });
  });

  test('the tag says the host key once the console shows none; another key in it goes no further', async () => {
    const { host } = target();
    const ec2Look = async (tag: string) => {
      const tags = { Role: 'web', 'nginx-bluegreen:host-key': tag };
      const ec2 = await startEc2([{ address: host.address, consoleOutput: 'no keys', tags }], {
        prefer: 'own',
      });
      const aws = {
        AWS_ACCESS_KEY_ID: 'sandbox',
        AWS_SECRET_ACCESS_KEY: 'sandbox-secret',
        AWS_REGION: 'us-east-1',
      };
      try {
        const inputs = { host: '', 'instance-filters': 'tag:Role=web', 'ssh-host-key': 'ec2-console' };
        return await look(inputs, { ...aws, AWS_ENDPOINT_URL_EC2: ec2.url });
      } finally {
        await ec2.stop();
      }
    };
    const [, print = ''] = (await host.sh('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')).split(' ');
    const run = await ec2Look(`${authority.fingerprint} ${print}`);
    assert.equal(run.outputs.outcome, 'unchanged', run.log);
    const says = /SHA256:\S+, but ssh-host-key says SHA256:/;
    const other = await ec2Look(authority.fingerprint);
    assertRefused(other, { stage: 'connect', reason: 'host-key-mismatch', outcome: 'refused', says });
    assert.ok(other.log.includes(print) && other.log.includes(authority.fingerprint), other.log);
  });

  test('a login that needs more than a key, or takes none, is told what sshd wants', async () => {
    const { host } = target();
    await startSshd(host, 2304, ['AuthenticationMethods publickey,password', 'PasswordAuthentication yes']);
    await startSshd(host, 2305, ['PubkeyAuthentication no', 'PasswordAuthentication yes']);
    for (const [port, says] of [
      [2304, /accepted the key for the user ec2-user, and asks for more: password/],
      [2305, /lets the user ec2-user in with no key at all, only with: password/],
    ] as const) {
      await assertNoWayIn(port, bareHostKeys(host), 'auth-refused', says);
    }
  });

  test('a host certificate of a known authority is trusted; without one, or with one that is over, it is refused', async () => {
    const { host } = target();
    const cert = (name: string) => [`HostKey /etc/ssh/${name}`, `HostCertificate /etc/ssh/${name}-cert.pub`];
    await startSshd(host, 2306, cert('good'));
    await startSshd(host, 2307, cert('old'));
    const known = `@cert-authority [${host.address}]:23* ${authority.publicLine}`;
    const run = await look(on(2306, known), { RUNNER_DEBUG: '1' });
    assert.equal(run.outputs.outcome, 'unchanged', run.log);
    assert.match(run.lines.join('\n'), /shows a host certificate for the key SHA256:/);
    for (const [port, rules, reason, says] of [
      [
        2306,
        known.replace(authority.publicLine, jumpKey.publicLine),
        'host-key-unknown',
        /is signed by SHA256:\S+, not by SHA256:/,
      ],
      [2307, known, 'host-key-unknown', /Its host certificate was valid until 2020-01-02/],
      [
        2307,
        `${known}\n${jumpKey.fingerprint}`,
        'host-key-mismatch',
        /SHA256:\S+, but ssh-host-key says SHA256:\S+\. Its host certificate was valid/,
      ],
      [2301, known, 'host-key-unknown', /no host certificate for the @cert-authority line/],
    ] as const) {
      await assertNoWayIn(port, rules, reason, says);
    }
  });

  test('new algorithms alone do, and old ones as far as they are sound; others are named', async () => {
    const { host } = target();
    const rsa = 'HostKey /etc/ssh/ssh_host_rsa_key';
    const good = [
      [
        'Ciphers chacha20-poly1305@openssh.com',
        'KexAlgorithms curve25519-sha256',
        'HostKeyAlgorithms ssh-ed25519',
      ],
      [
        'Ciphers aes128-ctr',
        'KexAlgorithms diffie-hellman-group14-sha256',
        'MACs hmac-sha1',
        rsa,
        'HostKeyAlgorithms rsa-sha2-256',
      ],
    ];
    const bad = [
      [
        ['KexAlgorithms sntrup761x25519-sha512@openssh.com'],
        /no key exchange algorithm in common\. The host takes sntrup761x25519\S+.*; the action takes curve25519-sha256/,
      ],
      [
        ['KexAlgorithms diffie-hellman-group14-sha1'],
        /no key exchange algorithm in common\. The host takes diffie-hellman-group14-sha1/,
      ],
      [['Ciphers aes128-cbc'], /no cipher algorithm in common\. The host takes aes128-cbc/],
      [['Ciphers aes128-ctr', 'MACs hmac-md5'], /no MAC algorithm in common\. The host takes hmac-md5;/],
      [[rsa, 'HostKeyAlgorithms ssh-rsa'], /no host key algorithm in common\. The host takes ssh-rsa;/],
    ] as const;
    const known = `${bareHostKeys(host)}\n${(await host.sh('cut -d" " -f1,2 /etc/ssh/ssh_host_rsa_key.pub')).trim()}`;
    let port = 2310;
    for (const lines of good) {
      await startSshd(host, ++port, lines);
      const run = await look(on(port, known));
      assert.equal(run.outputs.outcome, 'unchanged', `${lines.join()}\n${run.log}`);
    }
    for (const [lines, says] of bad) {
      await startSshd(host, ++port, lines);
      await assertNoWayIn(port, known, 'host-unfit', says);
    }
  });
});
