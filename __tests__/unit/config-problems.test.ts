import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf, defaults, problemsOf } from './valid-inputs.ts';

const instance = { host: '', 'instance-id': 'i-0123456789abcdef0' };

/** For each input, values that must be refused. */
const bad: Readonly<Record<string, readonly string[]>> = {
  command: ['', 'Deploy', 'rollback '],
  app: ['Shop', '1shop', 'a_b', '../x', 'a'.repeat(32), 'shop\nroot'],
  jar: ['', 'a\nb', 'a\u0000b'],
  address: ['', 'public', 'AUTO'],
  'aws-region': ['', 'europe', 'eu-west-1a', 'eu-west-1;id'],
  'ssh-user': ['', '-oProxyCommand=x', 'a b', 'root;id', 'a\nb'],
  'ssh-port': ['', '0', '65536', '22.5', '-1', '0x16', '1e3'],
  'ssh-host-key': ['', 'hello', '@cert-authority * ssh-ed25519 AAAA', 'SHA256:short', 'ec2-console'],
  'blue-port': ['', '80', '1023', '65536', '8082', 'http'],
  'green-port': ['', '80', '65536', '8081', '８０８２'],
  'blue-management-port': ['9001', '0', 'x'],
  java: ['', 'java -jar', '-version', '../java', 'java;id', '$(id)', '/usr/bin/java\n'],
  'java-opts': ["'a\nb'", '"a\u0007b"', 'a\vb', '\ud800'],
  'app-args': ["'a\nb'"],
  'app-user': ['Root', '-x', 'a b', 'a'.repeat(33), '1a'],
  'health-path': ['', 'health', '/a b', '/a"b', '/a#b', '/a\nb', '/ä', 'http://x/', `/${'a'.repeat(4096)}`],
  'health-port': ['0', '65536', 'x'],
  'health-timeout': ['', '30', '0s', '999ms', '2h', '-1s', '1d', '2 m', 'forever', `1.${'0'.repeat(200)}s`],
  'health-interval': ['', '10ms', '2m', '250'],
  'health-successes': ['', '0', '101', '2.0'],
  'warm-up-paths': ['health', '/a b', '/a\n/b c', '/a#b', '/ä', '/a\nhttp://x/', `/${'a'.repeat(20_000)}`],
  'warm-up-requests': ['', '0', '100001', '1.5', 'all'],
  switch: ['', 'Instant', 'reload;'],
  site: ['', 'own'],
  'server-name': ['', 'a;b', '~^x$', 'a  b', 'a\tb', 'a..b', '-a', '$host', 'a b;', '*.'],
  listen: ['', '0', '65536', '127.0.0.1:80'],
  'tls-key': ['/etc/key.pem', `/${'a'.repeat(4001)}`],
  'max-body-size': ['', '100mb', '-1', '1.5m', '1;'],
  'proxy-timeout': ['', '60', '1d', '60s;'],
  'verify-url': [
    'shop',
    '/health',
    'ftp://x/',
    'http://',
    'https://user:pw@x/',
    'https://a\nb/',
    'file:///etc/passwd',
  ],
  'bake-time': ['', '61m', '15m', '30', '-1s'],
  'bake-max-error-rate': ['', '1', '101%', '100.01%', '-1%', '1.234%', '.5%', '1 %', '1%%'],
  'lock-wait': ['', '7h', '10'],
  'drain-timeout': ['', '2h', '30'],
  'keep-releases': ['', '1', '101', 'all'],
  force: ['', 'yes', 'True', '1'],
  timeout: ['', '5s', '7h', '0s'],
};

for (const [input, values] of Object.entries(bad)) {
  test(`a bad ${input} is refused by its name, with what was given`, () => {
    for (const value of values) {
      const around = input === 'aws-region' ? { awsRegion: '' } : {};
      const base = input === 'aws-region' ? instance : {};
      const problems = problemsOf({ ...base, [input]: value }, around);
      assert.ok(problems.length > 0, `${JSON.stringify(value)} was taken`);
      const own = problems.filter(line => line.includes(input));
      assert.ok(own.length > 0, `no problem names ${input}: ${problems.join('; ')}`);
      const shown = value === '' ? 'is not given' : JSON.stringify(value).slice(1, 20).replace(/"$/, '');
      const speaking = problems.some(line => line.includes(shown) && line.includes('; accepted: '));
      assert.ok(speaking || input === 'tls-key', `${JSON.stringify(value)}: ${problems.join('; ')}`);
    }
  });
}

test('one problem for one bad value', () => {
  for (const [input, value] of [
    ['app', '../x'],
    ['health-timeout', '30'],
    ['blue-port', 'http'],
    ['server-name', 'a;b'],
    ['force', 'yes'],
  ] as const) {
    assert.equal(problemsOf({ [input]: value }).length, 1, input);
  }
});

test('two ports that are no numbers are not called equal as well', () => {
  assert.deepEqual(
    problemsOf({ 'blue-port': 'x', 'green-port': 'y' }).map(line => /- (\S+)/.exec(line)?.[1]),
    ['blue-port', 'green-port'],
  );
});

test('a long value is shown cut, on one line', () => {
  const [problem = ''] = problemsOf({ app: `A${'b'.repeat(500)}\nsecond` });
  assert.match(problem, /^ {2}- app is "Ab{79}…"; accepted: /);
});

test('all problems are listed at once, counted', () => {
  const changes = { app: 'X', jar: '', 'ssh-port': 'x', switch: 'x', timeout: 'x', env: 'oops' };
  const named = problemsOf(changes).map(line => /^ {2}- (\S+) /.exec(line)?.[1]);
  assert.deepEqual(named.toSorted(), ['app', 'env', 'jar', 'ssh-port', 'switch', 'timeout']);
  assert.throws(() => configOf(changes), { message: /^6 inputs are not valid:\n/ });
  assert.throws(() => configOf({ app: 'X' }), { message: /^One input is not valid:\n/ });
});

test('an input with a default in action.yml has none in the code', () => {
  for (const [input, value] of defaults) {
    if (value === '') continue;
    const problems = problemsOf({ command: 'plan', [input]: '' });
    assert.ok(
      problems.some(line => line.startsWith(`  - ${input} is not given`)),
      `${input} is taken without a value`,
    );
  }
});

test('what cannot be seen in a value is spelled out, so that the problem can be seen', () => {
  const [problem = ''] = problemsOf({ host: 'shop.\u202eexample\u200b.com\u00a0' });
  assert.ok(problem.includes('host is "shop.\\u{202e}example\\u{200b}.com\\u{a0}"'), problem);
  const [line = ''] = problemsOf({ 'ssh-host-key': '@x\u001b[31m\u202e' });
  assert.ok(line.endsWith("the marker '@x?[31m?' is unknown"), line);
});
