import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startEc2 } from '../../sandbox/ec2/ec2.ts';
import type { Ec2Options } from '../../sandbox/ec2/endpoint.ts';
import { keysInConsole, readConsoleHostKeys } from '../../src/aws/console-host-keys.ts';
import { Failure } from '../../src/failure.ts';
import { parseHostKeys } from '../../src/ssh/host-key.ts';
import { makeKey } from './made-keys.ts';

const aws = { env: {}, tell: () => undefined };
const id = 'i-0123456789abcdef0';
const ed25519 = makeKey('ed25519').publicLine;
const ecdsa = makeKey('ecdsa').publicLine;
const block = (...keys: readonly string[]) =>
  `ci-info: no authorized keys\n-----BEGIN SSH HOST KEY KEYS-----\n${keys.map(key => `${key} root@shop\n`).join('')}-----END SSH HOST KEY KEYS-----\n`;

test('the keys that cloud-init printed are read from the console', async t => {
  await start(t, `[ 12.3] boot\n${block(ecdsa, ed25519)}login: `);
  assert.deepEqual(await readConsoleHostKeys(id, 'eu-west-1', aws), [ecdsa, ed25519]);
});

test('of several boots the last one counts', () => {
  assert.deepEqual(keysInConsole(`${block(ecdsa)}${block(ed25519)}`), [ed25519]);
});

test("the console's line ends and prefixes do not matter", () => {
  const text = block(ed25519).replaceAll('\n', '\r\n').replaceAll('ssh-', '[   21.1] cloud-init[1]: ssh-');
  assert.deepEqual(keysInConsole(text), [ed25519]);
});

test('what was read is taken as host keys', () => {
  const { rules, problems } = parseHostKeys(keysInConsole(block(ed25519, ecdsa)).join('\n'));
  assert.deepEqual([rules.length, problems], [2, []]);
});

test('keys outside a whole block are not taken', () => {
  assert.deepEqual(keysInConsole(`${ed25519}\n`), []);
  assert.deepEqual(keysInConsole(block(ed25519).slice(0, -20)), []);
  assert.deepEqual(keysInConsole(block()), []);
});

test('a console that shows no keys any more gives none', async t => {
  await start(t, 'many lines of log\n');
  assert.deepEqual(await readConsoleHostKeys(id, 'eu-west-1', aws), []);
});

test('keys that only the newest output has are found there', async t => {
  await start(t, '', {}, `${block(ed25519)}login: `);
  assert.deepEqual(await readConsoleHostKeys(id, 'eu-west-1', aws), [ed25519]);
});

test('a missing permission names GetConsoleOutput', async t => {
  await start(t, '', { refuse: 'permission' });
  await assert.rejects(readConsoleHostKeys(id, 'eu-west-1', aws), error => {
    assert.ok(error instanceof Failure);
    assert.equal(error.text.reason, 'aws-refused');
    assert.match(error.text.remedy, /Allow ec2:GetConsoleOutput/);
    return true;
  });
});

async function start(
  t: TestContext,
  consoleOutput: string,
  options: Ec2Options = {},
  latest?: string,
): Promise<void> {
  const hosts = [
    { instanceId: id, address: '10.99.1.2', consoleOutput, ...(latest && { latestConsoleOutput: latest }) },
  ];
  const ec2 = await startEc2(hosts, { ...options, prefer: 'own' });
  process.env.AWS_ENDPOINT_URL_EC2 = ec2.url;
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  t.after(() => ec2.stop());
}
