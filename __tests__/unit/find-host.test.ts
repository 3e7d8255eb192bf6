import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startEc2 } from '../../sandbox/ec2/ec2.ts';
import type { Ec2Options } from '../../sandbox/ec2/endpoint.ts';
import type { Ec2Host } from '../../sandbox/ec2/instance.ts';
import { findHosts } from '../../src/aws/find-host.ts';
import type { AddressChoice, Target } from '../../src/config/target.ts';
import { Failure, type FailureText } from '../../src/failure.ts';

const find = (...[target, choice]: [Parameters<typeof findHosts>[0], Parameters<typeof findHosts>[1]]) =>
  findHosts(target, choice, () => undefined);

const web = 'i-0123456789abcdef0';
const stopped = 'i-0123456789abcdef1';
const bare = 'i-0123456789abcdef2';
const region = 'eu-west-1';
const hosts: readonly Ec2Host[] = [
  {
    instanceId: web,
    address: '10.99.1.2',
    publicAddress: '203.0.113.7',
    ipv6Address: 'fd00:99::2',
    tags: { Role: 'web', Name: 'shop one' },
  },
  { instanceId: stopped, address: '10.99.2.2', state: 'stopped', tags: { Role: 'old' } },
  { instanceId: bare, address: '10.99.3.2', tags: { Role: 'inner' } },
  { address: '10.99.4.2', withoutAddress: true, tags: { Role: 'young' } },
];

const byId = (...ids: readonly string[]): Target => ({ kind: 'instances', ids, region });
const byFilter = (name: string, ...values: readonly string[]): Target => ({
  kind: 'filters',
  filters: [{ name, values }],
  region,
});

test('an instance is found by its id, with its first address and every name', async t => {
  await start(t);
  const [found] = await find(byId(web), 'auto');
  assert.deepEqual(
    [{ ...found, instance: found?.instance?.id }],
    [
      {
        address: 'ec2-203-0-113-7.compute-1.amazonaws.com',
        instance: web,
        names: [
          'ec2-203-0-113-7.compute-1.amazonaws.com',
          '203.0.113.7',
          '10.99.1.2',
          'fd00:99::2',
          'ip-10-99-1-2.ec2.internal',
          web,
        ],
        how: `instance-id ${web}, first address it has`,
      },
    ],
  );
});

test('each kind of address is taken when it is asked for', async t => {
  await start(t);
  const wanted: readonly (readonly [AddressChoice, string])[] = [
    ['public-dns', 'ec2-203-0-113-7.compute-1.amazonaws.com'],
    ['public-ip', '203.0.113.7'],
    ['private-ip', '10.99.1.2'],
    ['ipv6', 'fd00:99::2'],
  ];
  for (const [choice, address] of wanted) {
    const [host] = await find(byId(web), choice);
    assert.equal(host?.address, address);
    assert.equal(host?.how, `instance-id ${web}, ${choice}`);
  }
});

test('an instance without a public address is found by its private one', async t => {
  await start(t);
  assert.equal((await find(byId(bare), 'auto'))[0]?.address, '10.99.3.2');
});

test('an instance is found by filters; one that is not running does not count', async t => {
  await start(t);
  const filters = byFilter('tag:Role', 'web', 'old');
  assert.equal((await find(filters, 'private-ip'))[0]?.instance?.id, web);
});

test('an address that is given is taken as it is, without AWS', async t => {
  const ec2 = await start(t);
  const [host] = await find({ kind: 'address', address: 'shop.example.com' }, 'ipv6');
  assert.deepEqual([host?.address, host?.names], ['shop.example.com', ['shop.example.com']]);
  assert.equal(ec2.calls(), 0);
});

test('an id or a filter that matches nothing is host-not-found', async t => {
  await start(t);
  const unknown = await failureOf(byId('i-00000000000000000'));
  assert.equal(unknown.reason, 'host-not-found');
  assert.match(unknown.message, /EC2 in eu-west-1 does not know instance-id i-00000000000000000/);
  const nobody = await failureOf(byFilter('tag:Role', 'nobody'));
  assert.equal(nobody.reason, 'host-not-found');
  assert.match(nobody.message, /tag:Role=nobody matches no instance in eu-west-1/);
});

test('an instance that is stopped is told with its state', async t => {
  await start(t);
  for (const target of [byId(stopped), byFilter('tag:Role', 'old')]) {
    const failure = await failureOf(target);
    assert.equal(failure.reason, 'host-not-running');
    assert.match(failure.message, new RegExp(`${stopped} \\(stopped\\)`));
  }
});

test('several running instances are ambiguous, and all are listed by id, name and state', async t => {
  await start(t);
  for (const target of [byId(web, bare), byFilter('tag:Role', 'web', 'inner')]) {
    const failure = await failureOf(target);
    assert.equal(failure.reason, 'host-ambiguous');
    assert.match(
      failure.message,
      new RegExp(`matches 2 .*${web} \\(shop one, running\\), ${bare} \\(running\\)`),
    );
  }
});

test('an instance without an address of the kind says which it has', async t => {
  await start(t);
  const failure = await failureOf(byId(bare), 'public-ip');
  assert.equal(failure.reason, 'host-not-found');
  assert.match(failure.message, /has no public-ip address; it has private-ip 10\.99\.3\.2/);
  const none = await failureOf(byFilter('tag:Role', 'young'));
  assert.match(none.message, /has no address; it has none at all/);
});

test('refused credentials and a missing permission have remedies of their own', async t => {
  await start(t, { refuse: 'credentials' });
  const credentials = await failureOf(byId(web));
  assert.equal(credentials.reason, 'aws-refused');
  assert.match(credentials.message, /eu-west-1 .*ec2:DescribeInstances: AuthFailure/);
  assert.match(credentials.remedy, /configure-aws-credentials/);
  await start(t, { refuse: 'permission' });
  const permission = await failureOf(byId(web));
  assert.equal(permission.reason, 'aws-refused');
  assert.match(permission.remedy, /Allow ec2:DescribeInstances in the policy/);
});

test('an instance on the last page of many is found, and throttling is waited out', async t => {
  const many = Array.from({ length: 11 }, (_, index) => ({
    address: `10.99.${index}.2`,
    state: index === 10 ? ('running' as const) : ('stopped' as const),
    tags: { Role: 'many' },
  }));
  const ec2 = await start(t, { pageSize: 5, throttleFirst: 1 }, many);
  const [host] = await find(byFilter('tag:Role', 'many'), 'auto');
  assert.equal(host?.address, '10.99.10.2');
  assert.equal(ec2.calls(), 4);
});

async function start(t: TestContext, options: Ec2Options = {}, known = hosts) {
  const ec2 = await startEc2(known, { ...options, prefer: 'own' });
  process.env.AWS_ENDPOINT_URL_EC2 = ec2.url;
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  t.after(() => ec2.stop());
  return ec2;
}

async function failureOf(target: Target, choice: AddressChoice = 'auto'): Promise<FailureText> {
  try {
    await find(target, choice);
  } catch (error) {
    if (error instanceof Failure) return error.text;
    throw error;
  }
  throw new assert.AssertionError({ message: 'a host was found' });
}
