import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../src/failure.ts';
import { connect } from '../../src/ssh/connect.ts';
import { parseHostKeys } from '../../src/ssh/host-key.ts';
import type { SshTarget } from '../../src/ssh/ssh-target.ts';
import { failureOf, patience } from './connecting.ts';
import { makeKey } from './made-keys.ts';
import { findFreePort, type SshHostOptions, startSshHost } from './ssh-host.ts';

const hostKey = makeKey('ed25519');
const rsaHostKey = makeKey('rsa');
const userKey = makeKey('ed25519');
const strangerKey = makeKey('ecdsa');

async function start(t: TestContext, options: Partial<SshHostOptions> = {}) {
  const host = await startSshHost({ hostKey, userKey, ...options });
  t.after(() => host.stop());
  return host;
}

const targetOf = (port: number, hostKeys: string, key = userKey): SshTarget => ({
  address: '127.0.0.1',
  port,
  user: 'deployer',
  login: { kind: 'key', key: { text: key.privateText, passphrase: undefined } },
  hostKeys: parseHostKeys(hostKeys).rules,
  names: ['127.0.0.1', 'shop.example.com'],
});

test('a known host and an accepted key give a session', async t => {
  const host = await start(t);
  for (const known of [
    hostKey.fingerprint,
    hostKey.publicLine,
    `[shop.example.com]:${host.port} ${hostKey.publicLine}`,
  ]) {
    (await connect(targetOf(host.port, known), patience())).end();
  }
  assert.equal(host.connections(), 3);
});

test('an rsa host key is asked for by its signature algorithms', async t => {
  const host = await start(t, { hostKey: rsaHostKey });
  (await connect(targetOf(host.port, rsaHostKey.publicLine), patience())).end();
  assert.equal(host.connections(), 1);
});

test('another host key than the given one is a mismatch with both fingerprints, tried once, before any login', async t => {
  const host = await start(t);
  const text = await failureOf(targetOf(host.port, strangerKey.fingerprint));
  assert.equal(text.reason, 'host-key-mismatch');
  assert.ok(text.message.includes(hostKey.fingerprint) && text.message.includes(strangerKey.fingerprint));
  assert.equal(host.connections(), 1);
  assert.deepEqual(host.tries, []);
});

test('a host that no line speaks of is unknown; the remedy is its fingerprint, to be compared', async t => {
  const host = await start(t);
  const text = await failureOf(targetOf(host.port, `other.example.com ${hostKey.publicLine}`));
  assert.equal(text.reason, 'host-key-unknown');
  assert.ok(text.message.includes(hostKey.fingerprint) && text.message.includes('shop.example.com'));
  assert.ok(text.remedy.includes(`ssh-host-key: ${hostKey.fingerprint}`));
  assert.equal(host.connections(), 1);
  assert.deepEqual(host.tries, []);
});

test('a host without a key of the named type is told so, at once', async t => {
  const host = await start(t);
  const text = await failureOf(targetOf(host.port, strangerKey.publicLine));
  assert.equal(text.reason, 'host-key-unknown');
  assert.match(text.message, /no host key of the kind .*ecdsa-sha2-nistp256/);
  assert.equal(host.connections(), 1);
});

test('a refused key is tried once only, and no other way of login is', async t => {
  const host = await start(t);
  const text = await failureOf(targetOf(host.port, hostKey.fingerprint, strangerKey));
  assert.equal(text.reason, 'auth-refused');
  assert.match(text.message, /refused the key for the user deployer/);
  assert.equal(host.connections(), 1);
  assert.deepEqual(host.tries, ['publickey']);
});

test('a port that opens while we wait is connected to', async t => {
  const port = await findFreePort();
  const retries: string[] = [];
  const session = connect(
    targetOf(port, hostKey.fingerprint),
    patience({ patienceMs: 20_000, onRetry: why => retries.push(why) }),
  );
  await sleep(300);
  const host = await start(t, { port });
  (await session).end();
  assert.equal(host.connections(), 1);
  assert.match(retries.join(), /ECONNREFUSED/);
});

test('a port that stays closed is unreachable once the patience is over', async () => {
  const began = performance.now();
  const port = await findFreePort();
  const text = await failureOf(targetOf(port, hostKey.fingerprint), { patienceMs: 1200 });
  assert.equal(text.reason, 'unreachable');
  assert.match(text.message, new RegExp(`127\\.0\\.0\\.1:${port} .* ECONNREFUSED`));
  const took = performance.now() - began;
  assert.ok(took > 400 && took < 5000, `${took} ms`);
});

test('a server that hangs up before it greets is tried again', async t => {
  let knocks = 0;
  const server = createServer(socket => {
    knocks++;
    socket.destroy();
  });
  const port = await findFreePort();
  server.listen(port, '127.0.0.1');
  t.after(() => server.close());
  const text = await failureOf(targetOf(port, hostKey.fingerprint), { patienceMs: 1500 });
  assert.equal(text.reason, 'unreachable');
  assert.ok(knocks > 1, `${knocks}`);
});

test('a cancelled run stops trying and gives its own reason', async () => {
  const stopping = new AbortController();
  const cancelled = new Failure({ reason: 'cancelled', message: 'cancelled', traffic: '', remedy: '' });
  setTimeout(() => stopping.abort(cancelled), 200);
  const port = await findFreePort();
  const failure = await failureOf(targetOf(port, hostKey.fingerprint), {
    patienceMs: 60_000,
    signal: stopping.signal,
  });
  assert.equal(failure, cancelled.text);
});
