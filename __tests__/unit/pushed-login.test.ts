import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, nothingContacted } from '../../src/failure.ts';
import { connect } from '../../src/ssh/connect.ts';
import { parseHostKeys } from '../../src/ssh/host-key.ts';
import type { SshTarget } from '../../src/ssh/ssh-target.ts';
import { makeTemporaryKey } from '../../src/ssh/temporary-key.ts';
import { failureOf } from './ec2-endpoint.ts';
import { makeKey } from './made-keys.ts';
import { findFreePort, startSshHost } from './ssh-host.ts';

const hostKey = makeKey('ed25519');

const targetOf = (port: number, push: () => Promise<void>, key = makeTemporaryKey()): SshTarget => ({
  address: '127.0.0.1',
  port,
  user: 'deployer',
  login: { kind: 'instance-connect', key: key.key, push },
  hostKeys: parseHostKeys(hostKey.publicLine).rules,
  names: ['127.0.0.1'],
});

const patience = {
  patienceMs: 10_000,
  signal: new AbortController().signal,
  onRetry: () => undefined,
  onDetail: () => undefined,
};

test('the key is seen to before each attempt, and lets in once sshd is up', async t => {
  const key = makeTemporaryKey();
  const port = await findFreePort();
  const userKey = { privateText: '', publicLine: key.publicLine, fingerprint: '' };
  let pushes = 0;
  const push = async (): Promise<void> => {
    pushes++;
    if (pushes < 3) return;
    const host = await startSshHost({ hostKey, userKey, port });
    t.after(() => host.stop());
  };
  (await connect(targetOf(port, push, key), patience)).end();
  assert.equal(pushes, 3);
});

test('a push that AWS refuses is the failure, and sshd is not asked', async t => {
  const host = await startSshHost({ hostKey });
  t.after(() => host.stop());
  const told = {
    reason: 'aws-refused',
    message: 'No.',
    traffic: nothingContacted,
    remedy: 'Allow it.',
  } as const;
  const push = async (): Promise<void> => {
    throw new Failure(told);
  };
  assert.deepEqual(await failureOf(connect(targetOf(host.port, push), patience)), told);
  assert.equal(host.connections(), 0);
});

test('an sshd that knows nothing of the key refuses it once: what must be on the host is told', async t => {
  const host = await startSshHost({ hostKey, userKey: makeKey('ed25519') });
  t.after(() => host.stop());
  const failure = await failureOf(
    connect(
      targetOf(host.port, async () => undefined),
      patience,
    ),
  );
  assert.equal(failure.reason, 'auth-refused');
  assert.match(failure.message, /refused the key for the user deployer, although EC2 Instance Connect/);
  assert.match(failure.remedy, /package ec2-instance-connect is installed/);
  assert.equal(host.connections(), 1);
});
