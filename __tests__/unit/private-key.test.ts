import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePrivateKey } from '../../src/ssh/private-key.ts';
import { makeKey } from './made-keys.ts';

const problemOf = (text: string, passphrase = ''): string => {
  const parsed = parsePrivateKey(text, passphrase);
  return 'problem' in parsed ? parsed.problem : '';
};

const openssh = makeKey('ed25519');
const made = {
  'OpenSSH ed25519': openssh,
  'OpenSSH rsa': makeKey('rsa'),
  'OpenSSH ecdsa': makeKey('ecdsa'),
  'PEM rsa': makeKey('rsa', { pem: true }),
  'PEM ecdsa': makeKey('ecdsa', { pem: true }),
};

for (const [kind, { privateText }] of Object.entries(made)) {
  test(`an ${kind} key is taken, with any line ends and surroundings`, () => {
    const normal = privateText.trim();
    for (const text of [
      privateText,
      normal,
      normal.replaceAll('\n', '\r\n'),
      normal.replaceAll('\n', '\r'),
      `\n\n  ${normal}\n\n\n`,
    ]) {
      assert.deepEqual(parsePrivateKey(text, ''), { text: `${normal}\n`, passphrase: undefined });
    }
  });
}

for (const options of [
  { type: 'ed25519', pem: false },
  { type: 'rsa', pem: true },
  { type: 'ecdsa', pem: false },
] as const) {
  test(`a ${options.pem ? 'PEM' : 'OpenSSH'} ${options.type} key is opened by its own passphrase alone`, () => {
    const { privateText } = makeKey(options.type, { pem: options.pem, passphrase: 'open sesame' });
    const parsed = parsePrivateKey(privateText, 'open sesame');
    assert.equal('passphrase' in parsed && parsed.passphrase, 'open sesame');
    assert.match(problemOf(privateText), /is encrypted; give its passphrase as ssh-passphrase/);
    assert.match(problemOf(privateText, 'wrong'), /cannot be opened with the given ssh-passphrase/);
  });
}

test('a passphrase for a key without one does no harm', () => {
  assert.equal(problemOf(openssh.privateText, 'unneeded'), '');
});

test('a public key is told as such', () => {
  assert.match(problemOf(openssh.publicLine), /is a public key; give the private one/);
});

test('what is no key is told without repeating it', () => {
  const [first = '', second = ''] = openssh.privateText.split('\n');
  for (const text of [
    '',
    'hunter2',
    `${first}\n${second}`,
    'PuTTY-User-Key-File-9: x',
    '{"key": "hunter2"}',
  ]) {
    const problem = problemOf(text);
    assert.match(problem, /is no OpenSSH or PEM private key/, text.slice(0, 20));
    assert.ok(!problem.includes('hunter2') && !problem.includes(second === '' ? 'none' : second));
  }
});
