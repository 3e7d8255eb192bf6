import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { namedKeyTypes, parseHostKeys } from '../../src/ssh/host-key.ts';
import { judgeHostKey } from '../../src/ssh/judge-host-key.ts';
import { makeKey } from './made-keys.ts';

const ours = makeKey('ed25519');
const others = makeKey('ecdsa');
const rsa = makeKey('rsa');
const blobOf = (line: string) => Buffer.from(line.split(' ')[1] ?? '', 'base64');
const shown = blobOf(ours.publicLine);

/** The verdict on our key, shown by shop.example.com, also known as 192.0.2.7. */
function judge(text: string, { port = 22, names = ['shop.example.com', '192.0.2.7'] } = {}) {
  const { rules, problems } = parseHostKeys(text);
  assert.deepEqual(problems, []);
  return judgeHostKey(shown, { names, port }, rules);
}
const kindOf = (text: string, where = {}) => judge(text, where).kind;

test('a plain known_hosts line is trusted for its own names only', () => {
  assert.equal(kindOf(`shop.example.com ${ours.publicLine}`), 'trusted');
  assert.equal(kindOf(`other,192.0.2.7 ${ours.publicLine} a comment`), 'trusted');
  assert.equal(kindOf(`SHOP.Example.COM ${ours.publicLine}`), 'trusted');
  assert.equal(kindOf(`other.example.com ${ours.publicLine}`), 'unknown');
  assert.equal(kindOf(`shop.example.com.evil.net ${ours.publicLine}`), 'unknown');
  assert.equal(kindOf(`shopXexample.com ${ours.publicLine}`), 'unknown');
});

test('a line that ssh-keygen hashed is trusted for its own name only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'known-hosts-'));
  try {
    const file = join(folder, 'known_hosts');
    writeFileSync(file, `shop.example.com ${ours.publicLine}\n[shop.example.com]:2222 ${ours.publicLine}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    const [plainPort = '', otherPort = ''] = readFileSync(file, 'utf8').split('\n');
    assert.match(plainPort, /^\|1\|/);
    assert.equal(kindOf(plainPort), 'trusted');
    assert.equal(kindOf(plainPort, { names: ['other.example.com'] }), 'unknown');
    assert.equal(kindOf(plainPort, { port: 2222 }), 'unknown');
    assert.equal(kindOf(otherPort, { port: 2222 }), 'trusted');
    assert.equal(kindOf(otherPort), 'unknown');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('another port than 22 is written in brackets', () => {
  assert.equal(kindOf(`[shop.example.com]:2222 ${ours.publicLine}`, { port: 2222 }), 'trusted');
  assert.equal(kindOf(`[shop.example.com]:2222 ${ours.publicLine}`), 'unknown');
  assert.equal(kindOf(`shop.example.com ${ours.publicLine}`, { port: 2222 }), 'unknown');
});

test('wildcards match, and a negation takes its name out again', () => {
  assert.equal(kindOf(`*.example.com ${ours.publicLine}`), 'trusted');
  assert.equal(kindOf(`192.0.2.? ${ours.publicLine}`), 'trusted');
  assert.equal(kindOf(`*.example.com,!shop.example.com ${ours.publicLine}`), 'unknown');
  assert.equal(kindOf(`!shop.example.com,*.example.com ${ours.publicLine}`), 'unknown');
  assert.equal(kindOf(`!other.example.com ${ours.publicLine}`), 'unknown');
});

test('a bare public key and a fingerprint speak of every host', () => {
  assert.equal(kindOf(ours.publicLine), 'trusted');
  assert.equal(kindOf(`${ours.publicLine} root@shop`, { port: 2222, names: ['x'] }), 'trusted');
  assert.equal(kindOf(ours.fingerprint), 'trusted');
  assert.equal(kindOf(`${ours.fingerprint}=`), 'trusted');
});

test('one right key among several is enough', () => {
  const lines = [others, rsa, ours].map(key => `shop.example.com ${key.publicLine}`);
  assert.equal(kindOf(lines.join('\n')), 'trusted');
  assert.equal(kindOf(`${others.fingerprint}\r\n\r\n# comment\r\n  ${ours.fingerprint}  `), 'trusted');
});

test('a mismatch shows the fingerprint that came and those that were expected', () => {
  assert.deepEqual(judge(`shop.example.com ${others.publicLine}\n${rsa.fingerprint}`), {
    kind: 'mismatch',
    shown: ours.fingerprint,
    expected: [others.fingerprint, rsa.fingerprint],
  });
});

test('a host that no line speaks of is unknown, with its fingerprint', () => {
  assert.deepEqual(judge(`other ${ours.publicLine}`), { kind: 'unknown', shown: ours.fingerprint });
  assert.deepEqual(judge(''), { kind: 'unknown', shown: ours.fingerprint });
  assert.deepEqual(judge('ec2-console'), { kind: 'unknown', shown: ours.fingerprint });
});

test('a revoked key is refused, whatever else trusts it', () => {
  for (const text of [
    `@revoked * ${ours.publicLine}\n${ours.publicLine}`,
    `${ours.fingerprint}\n@revoked shop.example.com ${ours.publicLine}`,
  ]) {
    const verdict = judge(text);
    assert.equal(verdict.kind, 'mismatch');
    assert.match(verdict.kind === 'mismatch' ? verdict.shown : '', /\(revoked\)$/);
  }
  assert.equal(kindOf(`@revoked * ${others.publicLine}\n${ours.publicLine}`), 'trusted');
  assert.equal(kindOf(`@revoked * ${others.publicLine}`), 'unknown');
  assert.equal(kindOf(`@revoked other ${ours.publicLine}\n${ours.publicLine}`), 'trusted');
});

test('a line that is nothing of this is a problem that quotes it', () => {
  const blob = ours.publicLine.split(' ')[1];
  for (const line of ['hello', `ssh-rsa ${blob}`, 'x ssh-ed25519 AAAA', 'x ssh-dss AAAA', 'MD5:aa:bb']) {
    const { rules, problems } = parseHostKeys(line);
    assert.deepEqual(rules, []);
    assert.ok(problems[0]?.includes(line.slice(0, 20)), line);
  }
  assert.match(parseHostKeys(`@trusted * ${ours.publicLine}`).problems.join(), /the marker '@trusted'/);
});

test('the key of an authority is no key of the host', () => {
  assert.equal(kindOf(`@cert-authority * ${ours.publicLine}`), 'unknown');
  assert.equal(kindOf(`@cert-authority * ${others.publicLine}\n${ours.publicLine}`), 'trusted');
});

test('the key types to ask for are those of the keys that are not revoked', () => {
  const text = `a ${ours.publicLine}\nb ${ours.publicLine}\n${rsa.publicLine}\n@revoked * ${others.publicLine}`;
  assert.deepEqual(namedKeyTypes(parseHostKeys(text).rules), ['ssh-ed25519', 'ssh-rsa']);
  assert.deepEqual(namedKeyTypes(parseHostKeys(ours.fingerprint).rules), []);
});
