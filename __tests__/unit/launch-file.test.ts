import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environmentFile, launchFile } from '../../src/config/launch.ts';
import { configOf, problemsOf } from './valid-inputs.ts';

const environmentOf = (env: string) => configOf({ env }).launch.environment;

test('a value of env is literal to the end of its line', () => {
  const values = [
    'plain',
    '"quoted"',
    "it's",
    'a\\b\\n',
    '  blanks  ',
    '$HOME `id` $(id)',
    'a=b=c',
    '# no comment',
    '\ttab',
    'ünï ☕',
    '',
    'trailing\\',
  ];
  for (const value of values) {
    assert.deepEqual(environmentOf(`A=x\nKEY=${value}\nB=y`), [
      { key: 'A', value: 'x' },
      { key: 'KEY', value },
      { key: 'B', value: 'y' },
    ]);
    assert.equal(environmentFile(configOf({ env: `KEY=${value}` }).launch), `KEY=${value}\n`);
  }
});

test('lines may end as Windows ends them, be empty, or be indented', () => {
  assert.deepEqual(environmentOf('A=1\r\n\r\n   \n  B= 2\r\n'), [
    { key: 'A', value: '1' },
    { key: 'B', value: ' 2' },
  ]);
});

test('what is no KEY=VALUE line is refused by its number, never dropped', () => {
  for (const line of ['KEY', 'export A=1', 'a.b=1', '1A=2', '=x', '# comment', 'A B=1', 'A-B=1', 'ä=1']) {
    const [problem = '', ...others] = problemsOf({ env: `OK=1\n\n${line}\nB=2` });
    assert.match(problem, /- env is given \(not shown\).*line 3 is none/, line);
    assert.deepEqual(others, []);
  }
});

test('keys that this action sets, that a shell changes, or that come twice are refused by name', () => {
  const keys = ['SERVER_PORT', 'MANAGEMENT_SERVER_PORT', 'PATH', 'IFS', 'LD_PRELOAD', 'UID', 'BASH_ENV', '_'];
  for (const key of keys)
    assert.match(problemsOf({ env: `${key}=1` }).join(), new RegExp(` ${key}, which`), key);
  assert.match(problemsOf({ env: 'A=1\nA=2' }).join(), /A is there twice/);
});

test('control characters in a value are refused with the key, without the value', () => {
  for (const control of ['\0', '\u0007', '\u001b', '\u007f', 'a\rb']) {
    assert.match(problemsOf({ env: `KEY=x${control}y` }).join(), /that of KEY has one/);
  }
});

test('env is at most 60,000 bytes', () => {
  assert.deepEqual(problemsOf({ env: `A=${'x'.repeat(59_998)}` }), []);
  assert.match(problemsOf({ env: `A=${'ü'.repeat(30_000)}` }).join(), /at most 60000 bytes/);
});

test('options and arguments are split as a shell splits words, and nothing is expanded', () => {
  const { launch } = configOf({
    java: '/usr/lib/jvm/17/bin/java',
    'java-opts': '-Xmx512m "-Da=b c" -Dport={port}',
    'app-args': "--x='a b' $HOME *",
  });
  assert.deepEqual(launch.javaOptions, ['-Xmx512m', '-Da=b c', '-Dport={port}']);
  assert.deepEqual(launch.appArguments, ['--x=a b', '$HOME', '*']);
  assert.equal(
    launchFile(launch),
    'java=/usr/lib/jvm/17/bin/java\nopt=-Xmx512m\nopt=-Da=b c\nopt=-Dport={port}\njar\narg=--x=a b\narg=$HOME\narg=*\n',
  );
});

test('only blanks and line ends separate words: other spaces belong to a word', () => {
  const { launch } = configOf({ 'app-args': `a\u00a0b\tc\r\nd\u2028e "f g"'h "i'\\j ''` });
  assert.deepEqual(launch.appArguments, ['a\u00a0b', 'c', 'd\u2028e', 'f gh "i\\j', '']);
});

test('words are at most 1,000, and 60,000 bytes', () => {
  assert.deepEqual(problemsOf({ 'app-args': 'a '.repeat(1000), 'java-opts': 'a'.repeat(60_000) }), []);
  for (const text of ['a '.repeat(1001), 'a'.repeat(60_001), 'ü'.repeat(30_001)])
    assert.match(problemsOf({ 'app-args': text }).join(), /at most 1000 words of at most 60000 bytes/);
});

test('half a surrogate pair is refused, since it has no bytes', () => {
  assert.match(problemsOf({ env: 'KEY=x\udc00' }).join(), /that of KEY has one/);
});

test('a release without options still names java and the jar', () => {
  const { launch } = configOf();
  assert.equal(launchFile(launch), 'java=java\njar\n');
  assert.equal(environmentFile(launch), '');
});
