import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretsIn } from '../../src/config/secrets.ts';
import { makeKey } from './made-keys.ts';
import { problemsOf, reading, validKey } from './valid-inputs.ts';

test('a problem with a secret says that it was given, never what', () => {
  const secret = 'hunter2-very-secret';
  const cases = [
    { env: `PASSWORD ${secret}` },
    { env: `PASSWORD=${secret}\u0007` },
    { env: `A=${secret}\nA=${secret}` },
    { env: `SERVER_PORT=${secret}` },
    { env: `PATH=${secret}` },
    { env: `A=${secret.repeat(4000)}` },
    { 'ssh-private-key': secret },
    { 'ssh-private-key': `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}` },
  ];
  for (const changes of cases) {
    const problems = problemsOf(changes);
    assert.ok(problems.length > 0, JSON.stringify(changes).slice(0, 60));
    assert.ok(!problems.join('\n').includes('hunter2'), problems.join('\n'));
    assert.match(problems.join('\n'), /is given \(not shown\)/);
  }
});

test('a wrong passphrase is not shown', () => {
  const { privateText } = makeKey('ed25519', { passphrase: 'the right one' });
  const [problem = ''] = problemsOf({ 'ssh-private-key': privateText, 'ssh-passphrase': 'the wrong one' });
  assert.match(problem, /ssh-private-key is given \(not shown\).*ssh-passphrase/);
  assert.ok(!problem.includes('wrong one'));
});

test('a missing key is told as not given', () => {
  assert.match(problemsOf({ 'ssh-private-key': '' }).join(), /ssh-private-key is not given/);
});

test('the key is masked whole and by line, the values of env and the passphrase too', () => {
  const env = 'DB_PASSWORD=s3cret=with=equals\nEMPTY=\nSHORT=abc\r\nSPACED=  padded value  ';
  const secrets = secretsIn(reading({ env, 'ssh-passphrase': 'open sesame' }));
  assert.ok(secrets.includes(validKey.privateText.trim()));
  const lines = validKey.privateText.trim().split('\n').slice(1, -1);
  assert.ok(lines.length > 2);
  for (const line of lines) assert.ok(secrets.includes(line), line);
  for (const value of ['s3cret=with=equals', 'open sesame', 'padded value']) {
    assert.ok(secrets.includes(value), value);
  }
});

test('what is too short or no secret is not masked, since that would hide half the log', () => {
  const secrets = secretsIn(reading({ env: 'SHORT=abc\nEMPTY=' }));
  assert.ok(!secrets.includes('abc') && !secrets.includes(''));
  assert.ok(secrets.every(one => one.length >= 4));
  assert.ok(!secrets.some(one => one.startsWith('-----') && !one.includes('\n')));
});

test('a passphrase is masked whatever it is, a plain value of env is not', () => {
  const secrets = secretsIn(reading({ env: 'PORT=8080\nON=true', 'ssh-passphrase': '12345' }));
  assert.ok(secrets.includes('12345'));
  assert.ok(!secrets.includes('8080') && !secrets.includes('true'));
});

test('a secret that contains another comes first, so that no rest of it stays', () => {
  const secrets = secretsIn(reading({ env: 'A=word\nB=password\nC=my password' }));
  const places = ['my password', 'password', 'word'].map(one => secrets.indexOf(one));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.ok(!places.includes(-1));
});

test('a line of env without an equals sign is masked too: it may be half a secret', () => {
  assert.ok(
    secretsIn(reading({ env: 'KEY=first\nsecond-line-of-a-secret' })).includes('second-line-of-a-secret'),
  );
});

test('switches, ports and colors are not masked: the runner would drop our own outputs that contain them', () => {
  const env = 'A=true\nB=False\nC=8082\nD=green\nE=12345\nF=123456\nG=truest';
  const secrets = secretsIn(reading({ env }));
  assert.deepEqual(
    ['true', 'False', '8082', 'green', '12345', '123456', 'truest'].filter(one => secrets.includes(one)),
    ['123456', 'truest'],
  );
});

test('a password inside a URL or JSON is masked alone too: an app prints it so', () => {
  const env = [
    'DB=jdbc:postgresql://shop:open&sesame/1@db:5432/shop?sslPassword=in-query&x=1',
    'MONGO=mongodb://:no-user@db',
    'SPRING_APPLICATION_JSON={"spring":{"datasource":{"user":"shop","password":"in \\"json\\""},"api-key": "k-1234"}}',
    'PLAIN=http://db:5432/a:b@c',
  ].join('\n');
  const secrets = secretsIn(reading({ env }));
  for (const one of ['open&sesame/1', 'in-query', 'no-user', 'in \\"json\\"', 'k-1234']) {
    assert.ok(secrets.includes(one), one);
  }
  assert.ok(!secrets.includes('shop') && !secrets.includes('5432'));
});
