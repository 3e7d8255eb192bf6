import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect } from '../../src/ssh/connect.ts';
import { parseHostKeys } from '../../src/ssh/host-key.ts';
import type { SshTarget } from '../../src/ssh/ssh-target.ts';
import { failureOf, patience } from './connecting.ts';
import { type MadeAgent, startAgent } from './made-agent.ts';
import { makeKey } from './made-keys.ts';
import { startSshHost } from './ssh-host.ts';

const hostKey = makeKey('ed25519');
const userKey = makeKey('ed25519');
const otherKey = makeKey('ecdsa');

/** A host that lets `userKey` in, an agent, and a target that logs in with it. */
async function start(t: TestContext, fill: (agent: MadeAgent) => void) {
  const host = await startSshHost({ hostKey, userKey });
  t.after(() => host.stop());
  const agent = await startAgent();
  t.after(() => agent.stop());
  fill(agent);
  return { host, agent, target: targetOf(host.port, agent.socket) };
}

const targetOf = (port: number, socket: string): SshTarget => ({
  address: '127.0.0.1',
  port,
  user: 'deployer',
  login: { kind: 'agent', socket },
  hostKeys: parseHostKeys(hostKey.fingerprint).rules,
  names: ['127.0.0.1'],
});

test('a key that the agent holds lets in, also as the second one', async t => {
  const { target } = await start(t, agent => {
    agent.add(otherKey);
    agent.add(userKey);
  });
  (await connect(target, patience())).end();
});

test('a refusal names the keys that were offered', async t => {
  const { target, host } = await start(t, agent => agent.add(otherKey));
  const { reason, message, remedy } = await failureOf(target);
  assert.equal(reason, 'auth-refused');
  assert.ok(message.includes(`refused the key of the SSH agent (${otherKey.fingerprint})`), message);
  assert.match(remedy, /authorized_keys/);
  assert.equal(host.connections(), 1);
});

test('an agent without a key, or locked, is told as such, and nobody is contacted', async t => {
  const { target, host, agent } = await start(t, () => undefined);
  assert.match((await failureOf(target)).message, /holds no key, or is locked/);
  agent.add(userKey);
  agent.lock();
  const { reason, message, remedy } = await failureOf(target);
  assert.equal(reason, 'auth-refused');
  assert.match(message, /holds no key, or is locked/);
  assert.match(remedy, /ssh-add/);
  assert.equal(host.connections(), 0);
});

test('an agent that will not sign is told as such, at once', async t => {
  const { target, host } = await start(t, agent => agent.add(userKey, true));
  const { reason, message } = await failureOf(target);
  assert.equal(reason, 'auth-refused');
  assert.match(message, /did not sign with the key/);
  assert.equal(host.connections(), 1);
});

test('no agent where SSH_AUTH_SOCK points, or something else, is told as such', async t => {
  const { host } = await start(t, () => undefined);
  const { reason, message } = await failureOf(targetOf(host.port, '/nowhere/agent'));
  assert.equal(reason, 'auth-refused');
  assert.match(message, /No SSH agent can be asked at \/nowhere\/agent/);
  const chatter = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const path = `/tmp/no-agent-${process.pid}`;
  chatter.listen(path);
  t.after(() => chatter.close());
  assert.match((await failureOf(targetOf(host.port, path))).message, /No SSH agent can be asked/);
});
