import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectEndpoint } from '../../sandbox/ec2/connect-endpoints.ts';
import { startEc2 } from '../../sandbox/ec2/ec2.ts';
import type { Ec2 } from '../../sandbox/ec2/endpoint.ts';
import {
  type InstanceConnect,
  startInstanceConnect,
} from '../../sandbox/instance-connect/instance-connect.ts';
import { Refusal } from '../../sandbox/instance-connect/refusal.ts';
import { closeSshPort } from '../../sandbox/link.ts';
import type { ActionRun, RunOptions } from '../../sandbox/runner.ts';
import { makeKey } from '../unit/made-keys.ts';
import {
  activeColors,
  assertDeployed,
  assertNothingLeft,
  assertRefused,
  describeOnHost,
  type Inputs,
  underLoad,
} from './target.ts';

const instanceId = 'i-0123456789abcdef0';
const endpointId = 'eice-0123456789abcdef0';
const region = 'eu-west-1';
const credentials = {
  accessKeyId: 'AKIASANDBOX',
  secretAccessKey: 'sandbox-secret',
  sessionToken: 'session+token/of=the-sandbox',
};
await describeOnHost('a host that is reached without a key and without an open port', {}, target => {
  let service: InstanceConnect;
  let ec2: Ec2;

  const endpoint = (changes: Partial<ConnectEndpoint> = {}): ConnectEndpoint => ({
    id: endpointId,
    vpcId: 'vpc-1',
    subnetId: 'subnet-1',
    zone: `${region}a`,
    state: 'create-complete',
    dnsName: service.dnsName,
    ...changes,
  });
  const startApi = (endpoints: readonly ConnectEndpoint[]): Promise<Ec2> =>
    startEc2([{ instanceId, address: target().host.address, vpcId: 'vpc-1', subnetId: 'subnet-1' }], {
      prefer: 'own',
      connectEndpoints: endpoints,
    });

  before(async () => {
    const { host } = target();
    service = await startInstanceConnect({
      host,
      instanceId,
      region,
      credentials,
      endpointIds: [endpointId],
    });
    ec2 = await startApi([endpoint()]);
  });
  after(async () => {
    await ec2?.stop();
    await service?.stop();
  });

  const throughEndpoint: Inputs = { via: 'instance-connect-endpoint' };

  const run = async (
    version: string,
    inputs: Inputs,
    { env, ...options }: RunOptions = {},
  ): Promise<ActionRun> => {
    const run = await target().deploy(
      version,
      {
        host: '',
        'instance-id': instanceId,
        'aws-region': region,
        'ssh-auth': 'instance-connect',
        'ssh-private-key': '',
        'ssh-host-key': target().host.knownHosts,
        ...inputs,
      },
      {
        ...options,
        env: {
          RUNNER_DEBUG: '1',
          AWS_ENDPOINT_URL_EC2: ec2.url,
          AWS_ENDPOINT_URL_EC2_INSTANCE_CONNECT: `https://${service.dnsName}`,
          NODE_EXTRA_CA_CERTS: service.certificateFile,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_SESSION_TOKEN: credentials.sessionToken,
          ...env,
        },
      },
    );
    assertNoSecretIn(run);
    return run;
  };

  test('with a key for this run alone, pushed once', async () => {
    assertDeployed(await run('1', {}), 'blue');
    assert.equal(service.pushes.length, 1);
    assert.equal(service.pushes[0]?.user, 'ec2-user');
    assert.match(service.pushes[0]?.publicKey ?? '', /^ssh-ed25519 \S+$/);
  });

  test('through the endpoint while port 22 is closed, under load: no request is lost', async () => {
    const { host, url } = target();
    await closeSshPort(host);
    assert.equal(await isReached(host.address), false, 'nothing goes direct');
    const [deployed, load] = await underLoad(url, () => run('2', throughEndpoint));
    assertDeployed(deployed, 'green');
    assert.equal(load.failed, 0, JSON.stringify(load.samples));
    assert.deepEqual(service.tunnels, [
      { endpointId, privateIp: host.address, port: 22, longestSeconds: 960 },
    ]);
    const [first, second, ...more] = service.pushes;
    assert.equal(more.length, 0);
    assert.notEqual(first?.publicKey, second?.publicKey, 'a key of its own for each run');
    await assertNothingLeft(host);
  });

  test('the service closes the tunnel while the app starts: a new key, a new tunnel, no request is lost', async () => {
    const { host, url } = target();
    // Gone when the tunnel is closed: who connects again has to push again.
    const keyMs = 3000;
    service.letKeysInFor(keyMs);
    const [pushes, tunnels] = [service.pushes.length, service.tunnels.length];
    const [deployed, load] = await underLoad(url, () =>
      run(
        '3',
        { ...throughEndpoint, env: 'SAMPLE_START_DELAY_MS=4000' },
        {
          onStart: async () => {
            await host.sh('until systemctl is-active -q bluegreen-shop@blue; do sleep 0.05; done');
            await sleep(keyMs);
            service.letKeysInFor(60_000);
            assert.equal(service.closeTunnels('Max tunnel duration reached'), 1);
          },
        },
      ),
    );
    assertDeployed(deployed, 'blue');
    assert.match(
      deployed.log,
      /broke during start \(eice-\S+ closed the tunnel: Max tunnel duration reached\)[\s\S]*connected again, with the lock/,
    );
    assert.equal(load.failed, 0, JSON.stringify(load.samples));
    assert.equal(service.pushes.length - pushes, 2);
    assert.equal(service.tunnels.length - tunnels, 2);
    await assertNothingLeft(host);
  });

  test('the role may hand no key over: what it needs is told', async () => {
    service.refuseNext('push', new Refusal(403, 'AuthException', 'Not authorized.'));
    assertRefused(await run('4', throughEndpoint), {
      stage: 'connect',
      reason: 'aws-refused',
      outcome: 'refused',
      says: /Not authorized[\s\S]*Allow ec2-instance-connect:SendSSHPublicKey[^%]*ec2:osuser/,
    });
  });

  for (const [what, login] of [
    ['key', {}],
    ['tunnel', { 'ssh-auth': 'key', 'ssh-private-key': makeKey('ed25519').privateText }],
  ] as const) {
    test(`a ${what} that is asked for with another secret is refused by its signature`, async () => {
      const refusals = service.refusals.length;
      const inputs = { ...throughEndpoint, ...login };
      const refused = await run('4', inputs, { env: { AWS_SECRET_ACCESS_KEY: 'another-secret' } });
      assertRefused(refused, {
        stage: 'connect',
        reason: 'aws-refused',
        outcome: 'refused',
        says: /SignatureDoesNotMatch[\s\S]*AWS does not know these credentials/,
      });
      assert.deepEqual(service.refusals.slice(refusals), ['SignatureDoesNotMatch']);
    });
  }

  test('the role may open no tunnel: what it needs is told', async () => {
    service.refuseNext('tunnel', new Refusal(403, 'AccessDenied', 'Not authorized.'));
    assertRefused(await run('4', throughEndpoint), {
      stage: 'connect',
      reason: 'aws-refused',
      outcome: 'refused',
      says: /Not authorized[\s\S]*Allow ec2-instance-connect:OpenTunnel on eice-\S+[^%]*remotePort 22, privateIpAddress \S+ and maxTunnelDuration 960/,
    });
  });

  test('no endpoint in the VPC, and one that is still being made', async () => {
    const api = await startApi([endpoint({ vpcId: 'vpc-2' }), endpoint({ state: 'create-in-progress' })]);
    try {
      const refused = await run('4', throughEndpoint, { env: { AWS_ENDPOINT_URL_EC2: api.url } });
      assertRefused(refused, {
        stage: 'connect',
        reason: 'endpoint-missing',
        outcome: 'refused',
        says: /vpc-1[^%]*it has eice-\S+ \(create-in-progress\)[\s\S]*docs\/keyless\.md/,
      });
    } finally {
      await api.stop();
    }
  });

  test('an overloaded API and endpoint, and an sshd that is not up yet are waited for', async () => {
    const { host } = target();
    service.refuseNext('push', new Refusal(400, 'ThrottlingException', 'Rate exceeded'));
    service.refuseNext('tunnel', new Refusal(503, '', 'Busy.'));
    await host.sh('systemctl stop ssh');
    let starting: Promise<string> | undefined;
    const deployed = await run('4', throughEndpoint, {
      onLine: line => {
        if (line.includes('Unable to connect to target')) starting ??= host.sh('systemctl start ssh');
      },
    });
    await starting;
    assertDeployed(deployed, 'green');
    assert.match(
      deployed.log,
      /not reached yet \(The EC2 Instance Connect Endpoint eice-\S+ refused the tunnel to \S+: 503 Busy/,
    );
    assert.match(deployed.log, /not reached yet \(eice-\S+ closed the tunnel: Unable to connect to target\)/);
  });

  test('an sshd that does not ask EC2 refuses the key: what must be on the host is told', async () => {
    const { host } = target();
    await host.sh('mv /etc/ssh/sshd_config.d/60-ec2-instance-connect.conf /root/; systemctl restart ssh');
    const refused = await run('5', throughEndpoint);
    await host.sh('mv /root/60-ec2-instance-connect.conf /etc/ssh/sshd_config.d/; systemctl restart ssh');
    assertRefused(refused, {
      stage: 'connect',
      reason: 'auth-refused',
      outcome: 'refused',
      says: /handed it to the instance[\s\S]*package ec2-instance-connect is installed/,
    });
  });

  test('a key that has expired when sshd is asked is refused', async () => {
    service.letKeysInFor(0);
    const refused = await run('5', throughEndpoint);
    service.letKeysInFor(60_000);
    assertRefused(refused, {
      stage: 'connect',
      reason: 'auth-refused',
      outcome: 'refused',
      says: /handed it to the instance/,
    });
  });

  test('a run that is killed is looked after by the post step, with a key and a tunnel of its own', async () => {
    const { host } = target();
    const live = await activeColors(host);
    const idle = live === 'blue' ? 'green' : 'blue';
    const killed = await run(
      '6',
      { ...throughEndpoint, env: 'SAMPLE_START_DELAY_MS=60000' },
      {
        outlivesKill: true,
        onStart: async pid => {
          await host.sh(`until systemctl is-active -q bluegreen-shop@${idle}; do sleep 0.05; done`);
          process.kill(pid, 'SIGKILL');
        },
      },
    );
    assert.equal(killed.code, null);
    assert.match(killed.postLog, new RegExp(`has finished or taken back what it left\\. .*\\(${live}, port`));
    await assertNothingLeft(host);
    const status = await run('6', { ...throughEndpoint, command: 'status' });
    assert.equal(status.code, 0, status.log);
  });

  test('a deploy user with the right for this app alone needs no key either, from setup on', async () => {
    const { host } = target();
    const restricted = { ...throughEndpoint, restricted: 'true' };
    const made = await run('6', { ...restricted, command: 'setup', jar: '' });
    assert.equal(made.outputs.outcome, 'set-up', made.log);
    const before = service.pushes.length;
    const deployed = await run('6', { ...restricted, 'ssh-user': 'shop-deploy' });
    assert.equal(deployed.outputs.outcome, 'deployed', deployed.log);
    assert.deepEqual(
      service.pushes.slice(before).map(({ user }) => user),
      ['shop-deploy'],
    );
    assert.equal(
      (await host.run('test -s /home/shop-deploy/.ssh/authorized_keys')).code,
      1,
      'no key lies there',
    );
  });

  /** Neither a private key nor what lets others open a tunnel. */
  function assertNoSecretIn(run: ActionRun): void {
    const all = [...run.lines, run.summary, JSON.stringify(run.outputs), run.postLog]
      .join('\n')
      .replace(/^::add-mask::.*$/gm, '');
    assert.match(all, /::debug::/);
    assert.doesNotMatch(all, /PRIVATE KEY|X-Amz-Signature|X-Amz-Security-Token|Signature=/i);
    assert.ok(!all.includes(credentials.secretAccessKey));
    assert.ok(!all.includes(credentials.sessionToken));
    assert.ok(!all.includes(encodeURIComponent(credentials.sessionToken)));
  }
});

/** Whether somebody answers on port 22 within a second. */
async function isReached(address: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: address, port: 22, timeout: 1000 });
  socket.once('connect', () => resolve(true));
  socket.once('timeout', () => resolve(false)).once('error', () => resolve(false));
  return await promise.finally(() => socket.destroy());
}
