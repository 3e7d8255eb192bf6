import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { startEc2 } from '../../sandbox/ec2/ec2.ts';
import type { Ec2Options } from '../../sandbox/ec2/endpoint.ts';
import type { Ec2Host } from '../../sandbox/ec2/instance.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import {
  assertDeployed,
  assertRefused,
  assertRefusedUnderLoad,
  describeOnHost,
  type Inputs,
} from './target.ts';

await describeOnHost('the way to the host', {}, target => {
  before(async () => assertDeployed(await target().deploy('1'), 'blue'));

  const refused = (inputs: Inputs) => () => target().deploy('2', inputs);

  test('a key that the host does not know is refused at once', async () => {
    const run = await assertRefusedUnderLoad(target(), refused({ 'ssh-private-key': makeKey() }), {
      stage: 'connect',
      reason: 'auth-refused',
      outcome: 'refused',
      says: /refused the key for the user ec2-user/,
      serving: '1',
    });
    assert.ok(run.ms < 10_000, 'not tried again');
  });

  test('a host key that nobody spoke of', async () => {
    const line =
      target().host.knownHosts.split('\n')[0]?.replace(target().host.address, 'elsewhere.example') ?? '';
    await assertRefusedUnderLoad(target(), refused({ 'ssh-host-key': line }), {
      stage: 'connect',
      reason: 'host-key-unknown',
      outcome: 'refused',
      says: /SHA256:[A-Za-z0-9+/]{43}/,
      serving: '1',
    });
  });

  test('a host key that has changed: both are shown, and it does not go on', async () => {
    const { host } = target();
    const before = host.knownHosts;
    await host.sh(
      'cp -a /etc/ssh /root/ssh.before; rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh',
    );
    const run = await assertRefusedUnderLoad(target(), refused({ 'ssh-host-key': before }), {
      stage: 'connect',
      reason: 'host-key-mismatch',
      outcome: 'refused',
      says: /SHA256:\S+, but ssh-host-key says SHA256:/,
      serving: '1',
    });
    assert.doesNotMatch(run.log, /::group::acquire/);
    await host.sh('cp -a /root/ssh.before/. /etc/ssh/; systemctl restart ssh');
  });

  test('fingerprints and bare public keys are enough, with a passphrase on the key', async () => {
    const { host, deploy } = target();
    const fingerprint =
      (await host.sh('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')).split(' ')[1] ?? '';
    const key = withPassphrase(host.privateKey, 'open sesame');
    const run = await deploy('2', {
      'ssh-host-key': fingerprint,
      'ssh-private-key': key.replaceAll('\n', '\r\n').trim(),
      'ssh-passphrase': 'open sesame',
    });
    assertDeployed(run, 'green');
    assert.ok(run.masks.includes('open sesame'));
  });

  test('a host that is still booting is waited for', async () => {
    const { host, deploy } = target();
    await host.sh(
      'systemctl stop ssh.service ssh.socket 2>/dev/null; systemd-run -q --on-active=4s systemctl start ssh.service',
    );
    const run = await deploy('3');
    assertDeployed(run, 'blue');
    assert.match(run.log, /not reached yet/);
  });

  const ec2Cases: readonly (readonly [
    string,
    Inputs,
    (address: string) => readonly Ec2Host[],
    Ec2Options,
    string,
    RegExp,
  ])[] = [
    [
      'no instance matches',
      { 'instance-filters': 'tag:Role=none' },
      address => [{ address, tags: { Role: 'web' } }],
      {},
      'host-not-found',
      /tag:Role=none matches no instance/,
    ],
    [
      'the id is unknown',
      { 'instance-id': 'i-00000000000000001' },
      address => [{ address }],
      { prefer: 'own' },
      'host-not-found',
      /does not know i-00000000000000001/,
    ],
    [
      'several match',
      { 'instance-filters': 'tag:Role=web' },
      address => [
        { address, tags: { Role: 'web' } },
        { address: '10.99.250.2', tags: { Role: 'web' } },
      ],
      {},
      'host-ambiguous',
      /matches 2 running instances: i-\w+ \(running\), i-\w+ \(running\)/,
    ],
    [
      'it is stopped',
      { 'instance-filters': 'tag:Role=web' },
      address => [{ address, tags: { Role: 'web' }, state: 'stopped' }],
      {},
      'host-not-running',
      /i-\w+ \(stopped\)/,
    ],
    [
      'it has no such address',
      { 'instance-filters': 'tag:Role=web', address: 'public-ip' },
      address => [{ address, tags: { Role: 'web' } }],
      { prefer: 'own' },
      'host-not-found',
      /has no public-ip; it has private-ip/,
    ],
    [
      'the credentials are refused',
      { 'instance-filters': 'tag:Role=web' },
      address => [{ address }],
      { prefer: 'own', refuse: 'credentials' },
      'aws-refused',
      /configure-aws-credentials/,
    ],
    [
      'the role lacks the permission',
      { 'instance-filters': 'tag:Role=web' },
      address => [{ address }],
      { prefer: 'own', refuse: 'permission' },
      'aws-refused',
      /Allow ec2:DescribeInstances/,
    ],
  ];
  for (const [name, inputs, hosts, options, reason, says] of ec2Cases) {
    test(`EC2: ${name}`, async () => {
      const run = await deployByEc2(hosts(target().host.address), options, inputs);
      assertRefused(run, { stage: 'resolve', reason, outcome: 'refused', says });
    });
  }

  test('EC2: host keys from the console of the instance', async () => {
    const { host } = target();
    const keys = await host.sh('cat /etc/ssh/ssh_host_*_key.pub');
    const consoleOutput = `booting\n-----BEGIN SSH HOST KEY KEYS-----\n${keys}-----END SSH HOST KEY KEYS-----\nlogin:`;
    const run = await deployByEc2(
      [{ address: host.address, consoleOutput, tags: { Role: 'web' } }],
      { prefer: 'own' },
      {
        'instance-filters': 'tag:Role=web',
        'ssh-host-key': 'ec2-console',
      },
    );
    assertDeployed(run, 'green');
  });

  test('EC2: the instance of an Auto Scaling group that has an IPv6 address alone is deployed to', async () => {
    const { host } = target();
    execFileSync('ip', ['address', 'add', 'fd00:99::1/64', 'dev', host.link, 'nodad']);
    await host.sh('ip address add fd00:99::2/64 dev eth0 nodad');
    const keys = await host.sh('cat /etc/ssh/ssh_host_ed25519_key.pub');
    const tags = { 'aws:autoscaling:groupName': 'shop web' };
    const run = await deployByEc2(
      [
        { address: '', ipv6Address: 'fd00:99::2', tags },
        { address: '10.99.250.2', tags, state: 'terminated' },
      ],
      { prefer: 'own' },
      { 'auto-scaling-group': 'shop web', 'ssh-host-key': keys, force: 'true' },
    );
    assertDeployed(run, 'blue');
    assert.deepEqual([run.outputs.host, run.outputs.url], ['fd00:99::2', 'http://[fd00:99::2]']);
    assert.match(
      run.log,
      /its ipv6, for it has no public-dns and no public-ip and no private-ip; passed over/,
    );
  });

  async function deployByEc2(
    hosts: readonly Ec2Host[],
    options: Ec2Options,
    inputs: Inputs,
  ): Promise<ActionRun> {
    const ec2 = await startEc2(hosts, options);
    try {
      const env = {
        AWS_ENDPOINT_URL_EC2: ec2.url,
        AWS_ACCESS_KEY_ID: 'sandbox',
        AWS_SECRET_ACCESS_KEY: 'sandbox-secret',
        AWS_REGION: 'us-east-1',
      };
      return await target().deploy('2', { host: '', ...inputs }, { env });
    } finally {
      await ec2.stop();
    }
  }
});

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-key-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const makeKey = (): string =>
  inFolder(folder => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
    return readFileSync(join(folder, 'key'), 'utf8');
  });

const withPassphrase = (key: string, passphrase: string): string =>
  inFolder(folder => {
    execFileSync(
      'sh',
      [
        '-c',
        'umask 077; cat >"$1"; ssh-keygen -q -p -P "" -N "$2" -f "$1" >/dev/null',
        'sh',
        join(folder, 'key'),
        passphrase,
      ],
      { input: key },
    );
    return readFileSync(join(folder, 'key'), 'utf8');
  });
