import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostTarget } from '../../src/commands/stages/context.ts';
import { describeWay, wayTo } from '../../src/commands/stages/way.ts';
import { Failure } from '../../src/failure.ts';
import type { SshLogin } from '../../src/ssh/login.ts';
import { makeWorld } from './made-world.ts';
import { configOf, problemsOf, validKey } from './valid-inputs.ts';

const keyless = {
  host: '',
  'instance-id': 'i-0123456789abcdef0',
  'ssh-auth': 'instance-connect',
  'ssh-private-key': '',
};

async function made(inputs: Readonly<Record<string, string>> = {}) {
  const { world, pushes, tunnels } = makeWorld();
  const clock = { now: 1000 };
  const config = configOf({ ...keyless, ...inputs });
  const [host] = await world.findHosts(config.target, config.address);
  assert.ok(host);
  const target: HostTarget = { config, world: { ...world, now: () => clock.now }, host };
  return { target, pushes, tunnels, clock };
}

function pushable(login: SshLogin): Extract<SshLogin, { kind: 'instance-connect' }> {
  assert.ok(login.kind === 'instance-connect');
  return login;
}

test('a key is pushed before the first attempt, and again when an attempt comes later than the key is good for', async () => {
  const { target, pushes, clock } = await made({ 'ssh-user': 'ubuntu' });
  const { push } = pushable(wayTo(target).login);
  assert.equal(pushes.length, 0, 'not before it is used');
  for (const [now, count] of [
    [1000, 1],
    [1500, 1],
    [25_900, 1],
    [26_000, 2],
    [50_999, 2],
    [51_000, 3],
  ] as const) {
    clock.now = now;
    await push();
    assert.equal(pushes.length, count, `at ${now}`);
  }
  const [first] = pushes;
  assert.deepEqual(first, { ...first, instance: 'i-0123456789abcdef0', user: 'ubuntu' });
  assert.ok(pushes.every(one => one.publicLine === first?.publicLine));
});

test('each connection has a key of its own, and a push of its own', async () => {
  const { target, pushes } = await made();
  const [one, other] = [pushable(wayTo(target).login), pushable(wayTo(target).login)];
  assert.notEqual(one.key.text, other.key.text);
  await one.push();
  await other.push();
  assert.equal(new Set(pushes.map(({ publicLine }) => publicLine)).size, 2);
});

test('a push that fails counts for nothing', async () => {
  const { target, pushes } = await made();
  let isBroken = true;
  const world: HostTarget['world'] = {
    ...target.world,
    pushPublicKey: async (...words) => {
      if (isBroken) throw new Error('throttled');
      await target.world.pushPublicKey(...words);
    },
  };
  const { push } = pushable(wayTo({ ...target, world }).login);
  await assert.rejects(push(), /throttled/);
  isBroken = false;
  await push();
  assert.equal(pushes.length, 1);
});

test('through the endpoint to port 22, for as long as the command may take and a minute, at most an hour', async () => {
  for (const [timeout, longestSeconds] of [
    ['15m', 960],
    ['90500ms', 151],
    ['6h', 3600],
  ] as const) {
    const { target, tunnels } = await made({ via: 'instance-connect-endpoint', timeout });
    const way = wayTo(target);
    assert.deepEqual(tunnels, [{ instance: 'i-0123456789abcdef0', port: 22, longestSeconds }]);
    assert.ok(way.open);
    assert.equal(
      describeWay(target),
      'ec2-user@10.0.0.1 through the EC2 Instance Connect Endpoint of its VPC',
    );
    assert.match(way.whereToLook ?? '', /security group/);
  }
});

test('the endpoint is for any login, and instance-connect for the direct way', async () => {
  const { target, tunnels } = await made();
  assert.equal(wayTo(target).open, undefined);
  assert.equal(describeWay(target), 'ec2-user@10.0.0.1');
  assert.deepEqual(tunnels, []);
  const key = configOf({
    host: '',
    'instance-id': 'i-0123456789abcdef0',
    via: 'instance-connect-endpoint',
  });
  const way = wayTo({ ...target, config: key });
  assert.equal(way.login.kind, 'key');
  assert.ok(way.open);
});

test('a plain host has neither, and an endpoint reaches no other port', async () => {
  const told = problemsOf({ 'ssh-auth': 'instance-connect', via: 'instance-connect-endpoint' }).join('\n');
  assert.match(told, /ssh-auth[\s\S]*not with host/);
  assert.match(told, /via[\s\S]*not with host/);
  const [port = ''] = problemsOf({ ...keyless, via: 'instance-connect-endpoint', 'ssh-port': '2222' });
  assert.match(port, /ssh-port is "2222"; accepted: 22 with via/);
  const { target } = await made();
  const host = { ...target.host, instance: undefined };
  assert.throws(
    () => wayTo({ ...target, host }),
    (error: unknown) => error instanceof Failure && error.text.reason === 'input-invalid',
  );
});

test('a pushed key and an agent go through a jump host too, which has a login of its own', async () => {
  const jump = {
    'ssh-jump-host': 'ops@jump.example.com',
    'ssh-jump-private-key': validKey.privateText,
    'ssh-jump-host-key': validKey.fingerprint,
  };
  const pushed = wayTo((await made(jump)).target);
  assert.equal(pushed.login.kind, 'instance-connect');
  assert.ok(pushed.open);
  const { target } = await made({ ...jump, 'ssh-auth': 'agent' });
  const asked = wayTo(target);
  assert.equal(asked.login.kind, 'agent');
  assert.ok(asked.open);
  assert.equal(target.config.ssh.route.kind, 'jump-host');
});
