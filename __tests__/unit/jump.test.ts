import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../src/ssh/connect.ts';
import { parseHostKeys } from '../../src/ssh/host-key.ts';
import { openThrough } from '../../src/ssh/jump.ts';
import type { SshTarget } from '../../src/ssh/ssh-target.ts';
import { failureOf, patience } from './connecting.ts';
import { makeKey } from './made-keys.ts';
import { findFreePort, startSshHost } from './ssh-host.ts';

const [hostKey, jumpHostKey] = [makeKey('ed25519'), makeKey('ecdsa')];
const [userKey, jumpUserKey] = [makeKey('ed25519'), makeKey('ed25519')];

/** A jump host and a host behind it. */
async function start(t: TestContext) {
  const host = await startSshHost({
    hostKey,
    userKey,
    perform: (_command, channel) => {
      channel.write('here\n');
      channel.exit(0);
      channel.end();
    },
  });
  const jumpHost = await startSshHost({
    hostKey: jumpHostKey,
    userKey: jumpUserKey,
    isForwarding: true,
  });
  t.after(() => Promise.all([host.stop(), jumpHost.stop()]));
  return { host, jumpHost };
}

const sideOf = (port: number, print: string, key = userKey): SshTarget => ({
  address: '127.0.0.1',
  port,
  user: 'deployer',
  login: { kind: 'key', key: { text: key.privateText, passphrase: undefined } },
  hostKeys: parseHostKeys(print).rules,
  names: ['127.0.0.1'],
});

const through = (jump: SshTarget, target: SshTarget): SshTarget => ({
  ...target,
  open: (signal, onDetail) => openThrough(jump, target, { signal, onDetail }),
});

const goodJump = (port: number) => sideOf(port, jumpHostKey.fingerprint, jumpUserKey);
const goodHost = (port: number) => sideOf(port, hostKey.fingerprint);

test('a session goes through the jump host, with another key and host key on each; both end together', async t => {
  const { host, jumpHost } = await start(t);
  const session = await connect(through(goodJump(jumpHost.port), goodHost(host.port)), patience());
  const lines: string[] = [];
  const onLine = (line: string) => lines.push(line);
  assert.deepEqual(await session.exec('any', { onLine, onErrorLine: onLine }), { kind: 'exited', code: 0 });
  assert.deepEqual(lines, ['here']);
  session.end();
  while (host.open() + jumpHost.open() > 0) await sleep(5);
});

test('a host key or a login that is refused names the host that it is of, and is tried once', async t => {
  const { host, jumpHost } = await start(t);
  const cases = [
    [sideOf(jumpHost.port, hostKey.fingerprint, jumpUserKey), goodHost(host.port), 'host-key-mismatch'],
    [
      sideOf(jumpHost.port, `x ${jumpHostKey.publicLine}`, jumpUserKey),
      goodHost(host.port),
      'host-key-unknown',
    ],
    [sideOf(jumpHost.port, jumpHostKey.fingerprint, userKey), goodHost(host.port), 'auth-refused'],
    [goodJump(jumpHost.port), sideOf(host.port, jumpHostKey.fingerprint), 'host-key-mismatch'],
    [goodJump(jumpHost.port), sideOf(host.port, hostKey.fingerprint, jumpUserKey), 'auth-refused'],
  ] as const;
  for (const [index, [jump, target, expected]] of cases.entries()) {
    const { reason, message, remedy } = await failureOf(through(jump, target));
    assert.equal(reason, expected, message);
    const isOfJump = index < 3;
    assert.equal(/[Tt]he jump host 127\.0\.0\.1:/.test(message), isOfJump, message);
    assert.ok(message.includes(`127.0.0.1:${isOfJump ? jumpHost.port : host.port}`), message);
    assert.equal(/ssh-jump/.test(message + remedy), isOfJump, `${message} ${remedy}`);
  }
  assert.equal(jumpHost.connections(), cases.length);
  while (host.open() + jumpHost.open() > 0) await sleep(5);
});

test('a host that boots behind its jump host is waited for', async t => {
  const { host, jumpHost } = await start(t);
  const port = await findFreePort();
  const why: string[] = [];
  const onRetry = (one: string) => why.push(one);
  const target = through(goodJump(jumpHost.port), goodHost(port));
  const { reason, message, remedy } = await failureOf(target, { patienceMs: 1200, onRetry });
  assert.equal(reason, 'unreachable');
  assert.match(message, /within 1 s: the jump host \S+ does not reach 127\.0\.0\.1:\d+: /);
  assert.match(remedy, /lets the jump host in on the SSH port/);
  assert.ok(why.length > 0);
  assert.equal(host.connections(), 0);
});

test('a jump host that cannot be reached is the one that is told', async () => {
  const target = through(goodJump(await findFreePort()), goodHost(await findFreePort()));
  const { reason, message, remedy } = await failureOf(target, { patienceMs: 800 });
  assert.equal(reason, 'unreachable');
  assert.match(message, /the jump host 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  assert.match(remedy, /that the jump host runs/);
});

test('the session is lost when the jump host goes away', async t => {
  const { host, jumpHost } = await start(t);
  const session = await connect(through(goodJump(jumpHost.port), goodHost(host.port)), patience());
  await jumpHost.stop();
  while (session.isOpen()) await sleep(5);
  const { kind } = await session.exec('any', { onLine: () => undefined, onErrorLine: () => undefined });
  assert.equal(kind, 'lost');
});
