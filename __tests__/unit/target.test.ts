import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf, problemsOf } from './valid-inputs.ts';

const one = 'i-0123456789abcdef0';
const two = 'i-01234567';
const targetOf = (changes: Readonly<Record<string, string>>) => configOf({ host: '', ...changes }).target;

test('instance ids are separated by blanks, commas or lines; the region is of the job', () => {
  for (const text of [`${one},${two}`, `${one} ${two}`, `${one}\n${two}\n`, `  ${one} , ${two} `]) {
    assert.deepEqual(targetOf({ 'instance-id': text }), {
      kind: 'instances',
      ids: [one, two],
      region: 'eu-west-1',
    });
  }
});

test('aws-region as an input beats the region of the job', () => {
  const target = targetOf({ 'instance-id': one, 'aws-region': 'us-gov-west-1' });
  assert.deepEqual(target, { kind: 'instances', ids: [one], region: 'us-gov-west-1' });
});

test('filters are one a line; the value may have equals signs, blanks and several values', () => {
  const lines = 'tag:Role=web,worker\n\n  tag:Name=a b=c  \ninstance-state-name=running';
  assert.deepEqual(targetOf({ 'instance-filters': lines }), {
    kind: 'filters',
    filters: [
      { name: 'tag:Role', values: ['web', 'worker'] },
      { name: 'tag:Name', values: ['a b=c'] },
      { name: 'instance-state-name', values: ['running'] },
    ],
    region: 'eu-west-1',
  });
});

test('a line that is no filter is refused', () => {
  for (const line of ['tag:Role', '=web', 'tag:Role=', ',=x']) {
    assert.match(problemsOf({ host: '', 'instance-filters': line }).join(), /one filter a line/, line);
  }
});

test('a host is a name, an IPv4 or an IPv6 address, and needs no region', () => {
  for (const address of ['shop.example.com', '192.0.2.7', '2001:db8::7', '::1', 'localhost']) {
    assert.deepEqual(configOf({ host: address }, { awsRegion: '' }).target, { kind: 'address', address });
  }
});

test('a host that ssh or a shell could take for something else is refused', () => {
  for (const host of [
    '-oProxyCommand=id',
    'a;b',
    'a$(id)',
    'http://x',
    'user@x',
    'x:22',
    '[::1]',
    'a/b',
    'ü',
  ]) {
    assert.match(problemsOf({ host }).join(), /- host is /, host);
  }
  assert.match(problemsOf({ host: 'a b' }).join(), /one host at a time/);
});

test('exactly one of the three ways is taken', () => {
  const none = problemsOf({ host: '' });
  assert.match(
    none.join(),
    /exactly one of instance-id, instance-filters, auto-scaling-group and host \(none given\)/,
  );
  assert.equal(none.length, 1);
  const all = { 'instance-id': one, 'instance-filters': 'tag:a=b' };
  assert.match(problemsOf(all).join(), /\(3 given\)/);
  assert.match(problemsOf({ ...all, host: '' }).join(), /\(2 given\)/);
});

test('an id of another form is refused', () => {
  for (const id of ['web-1', 'i-xyz', 'I-01234567', 'i-012345678', `${one}0`]) {
    assert.match(problemsOf({ host: '', 'instance-id': id }).join(), /ids such as i-/, id);
  }
});

test('without a region from anywhere an instance is refused', () => {
  const problems = problemsOf({ host: '', 'instance-id': one }, { awsRegion: '' });
  assert.match(problems.join(), /^ {2}- aws-region is not given.*AWS_REGION/);
});

test('a comma of a value is written \\,, and what else a backslash stands before is left for EC2', () => {
  for (const [text, values] of [
    ['Paris\\, Lyon,Nice', ['Paris, Lyon', 'Nice']],
    ['a\\*b,c\\?', ['a\\*b', 'c\\?']],
    ['a\\\\,b', ['a\\\\', 'b']],
    ['w*,a?c', ['w*', 'a?c']],
    ['a,,b', ['a', '', 'b']],
  ] as const) {
    assert.deepEqual(targetOf({ 'instance-filters': `tag:Name=${text}` }), {
      kind: 'filters',
      filters: [{ name: 'tag:Name', values }],
      region: 'eu-west-1',
    });
  }
});

test('an Auto Scaling group is named as it is, blanks and all', () => {
  assert.deepEqual(targetOf({ 'auto-scaling-group': 'shop web *1' }), {
    kind: 'group',
    name: 'shop web *1',
    region: 'eu-west-1',
  });
  for (const name of ['a\nb', 'x'.repeat(256)])
    assert.match(
      problemsOf({ host: '', 'auto-scaling-group': name }).join(),
      /name of one Auto Scaling group/,
    );
});

test('regions of every partition are taken, and nothing that is no region', () => {
  for (const region of [
    'ap-northeast-2',
    'cn-north-1',
    'cn-northwest-1',
    'us-gov-west-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'eu-isoe-west-1',
    'eusc-de-east-1',
    'mx-central-1',
  ])
    assert.equal(Object(targetOf({ 'instance-id': one, 'aws-region': region })).region, region);
  for (const region of [
    'Seoul',
    'ap-northeast-2a',
    'us-east',
    'us-east-1.evil.example',
    'AP-NORTHEAST-2',
    '1',
  ])
    assert.match(
      problemsOf({ host: '', 'instance-id': one, 'aws-region': region }).join(),
      /aws-region is /,
      region,
    );
});
