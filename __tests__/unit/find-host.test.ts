import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ec2Host } from '../../sandbox/ec2/instance.ts';
import { findHosts } from '../../src/aws/find-host.ts';
import { type AddressOrder, addressKinds } from '../../src/config/address.ts';
import type { Target } from '../../src/config/target.ts';
import { failureOf, startedEc2 } from './ec2-endpoint.ts';

const web = 'i-0123456789abcdef0';
const stopped = 'i-0123456789abcdef1';
const bare = 'i-0123456789abcdef2';
const six = 'i-0123456789abcdef3';
const gone = 'i-0123456789abcdef4';
const region = 'eu-west-1';
const auto: AddressOrder = addressKinds;
const hosts: readonly Ec2Host[] = [
  {
    instanceId: web,
    address: '10.99.1.2',
    publicAddress: '203.0.113.7',
    ipv6Address: 'fd00:99::2',
    tags: { Role: 'web', Name: 'shop one' },
    groups: [{ id: 'sg-01', name: 'web', rules: [] }],
  },
  { instanceId: stopped, address: '10.99.2.2', state: 'stopped', tags: { Role: 'old' } },
  { instanceId: bare, address: '10.99.3.2', tags: { Role: 'inner', Name: 'Paris, Lyon' } },
  { address: '10.99.4.2', withoutAddress: true, tags: { Role: 'young' } },
  { instanceId: six, address: '', ipv6Address: 'fd00:99::6', tags: { Role: 'six' } },
  {
    instanceId: gone,
    address: '10.99.5.2',
    state: 'terminated',
    tags: { Role: 'gone', 'aws:autoscaling:groupName': 'shop *?' },
  },
  {
    instanceId: 'i-0123456789abcdef5',
    address: '10.99.6.2',
    tags: { 'aws:autoscaling:groupName': 'shop *?', 'nginx-bluegreen:host-key': 'SHA256:x' },
  },
  { address: '10.99.7.2', tags: { 'aws:autoscaling:groupName': 'shop of another' } },
];

const byId = (...ids: readonly string[]): Target => ({ kind: 'instances', ids, region });
const byFilter = (name: string, ...values: readonly string[]): Target => ({
  kind: 'filters',
  filters: [{ name, values }],
  region,
});
const byGroup = (name: string): Target => ({ kind: 'group', name, region });

test('an instance is found by its id, with its first address, every name and what EC2 says of it', async t => {
  const { aws, told } = await startedEc2(t, hosts);
  assert.deepEqual(await findHosts(byId(web), auto, aws), [
    {
      address: 'ec2-203-0-113-7.compute-1.amazonaws.com',
      instance: {
        id: web,
        region,
        zone: 'eu-west-1a',
        privateIp: '10.99.1.2',
        vpcId: undefined,
        subnetId: undefined,
        groups: [{ id: 'sg-01', name: 'web' }],
        hostKeyTag: undefined,
      },
      names: [
        'ec2-203-0-113-7.compute-1.amazonaws.com',
        '203.0.113.7',
        '10.99.1.2',
        'fd00:99::2',
        'ip-10-99-1-2.ec2.internal',
        web,
      ],
      how: `instance-id ${web}; its public-dns`,
    },
  ]);
  assert.match(
    told.join('\n'),
    /^EC2Client DescribeInstancesCommand in eu-west-1: status 200, request id .*, 1 attempt/,
  );
});

test('each kind of address is taken when it is asked for', async t => {
  const { aws } = await startedEc2(t, hosts);
  const addresses = ['ec2-203-0-113-7.compute-1.amazonaws.com', '203.0.113.7', '10.99.1.2', 'fd00:99::2'];
  for (const [index, kind] of addressKinds.entries()) {
    const [host] = await findHosts(byId(web), [kind], aws);
    assert.deepEqual([host?.address, host?.how], [addresses[index], `instance-id ${web}; its ${kind}`]);
  }
});

test('the first address that the instance has is taken, and what it lacks is told', async t => {
  const { aws } = await startedEc2(t, hosts);
  const [outside] = await findHosts(byId(bare), auto, aws);
  assert.equal(outside?.address, '10.99.3.2');
  assert.match(outside.how, /; its private-ip, for it has no public-dns and no public-ip$/);
  const [inside] = await findHosts(byId(web), ['private-ip', 'ipv6', 'public-dns', 'public-ip'], aws);
  assert.deepEqual([inside?.address, inside?.how], ['10.99.1.2', `instance-id ${web}; its private-ip`]);
  const [onlySix] = await findHosts(byFilter('tag:Role', 'six'), ['private-ip', 'ipv6'], aws);
  assert.deepEqual([onlySix?.address, onlySix?.instance?.privateIp], ['fd00:99::6', undefined]);
});

test('an instance is found by filters; those that do not run are passed over, and named', async t => {
  const { aws } = await startedEc2(t, hosts);
  const [host] = await findHosts(byFilter('tag:Role', 'web', 'old', 'gone'), ['private-ip'], aws);
  assert.equal(host?.instance?.id, web);
  assert.equal(
    host.how,
    `instance-filters tag:Role=web,old,gone; its private-ip; passed over, as they do not run: ${stopped} (stopped), ${gone} (terminated)`,
  );
});

test('filters take wildcards, names other than tags, and values with commas', async t => {
  const { aws } = await startedEc2(t, hosts);
  for (const [target, id] of [
    [byFilter('tag:Role', 'w?b'), web],
    [byFilter('tag:Name', 'shop*'), web],
    [byFilter('tag:Name', 'Paris, Lyon'), bare],
    [byFilter('private-ip-address', '10.99.3.*'), bare],
    [byFilter('network-interface.ipv6-addresses.ipv6-address', 'fd00:99::6'), six],
  ] as const) {
    const [host] = await findHosts(target, ['ipv6', 'private-ip'], aws);
    assert.equal(host?.instance?.id, id);
  }
  const failure = await failureOf(findHosts(byFilter('tag:Name', 'Paris, Texas', 'Nice'), auto, aws));
  assert.match(failure.message, /^instance-filters tag:Name=Paris\\, Texas,Nice matches no instance/);
});

test('an Auto Scaling group is found by the tag that AWS writes, its name letter by letter, with nothing more asked', async t => {
  const { aws, ec2 } = await startedEc2(t, hosts);
  const [host] = await findHosts(byGroup('shop *?'), auto, aws);
  assert.deepEqual([host?.address, host?.instance?.hostKeyTag], ['10.99.6.2', 'SHA256:x']);
  assert.match(
    host?.how ?? '',
    /^auto-scaling-group shop \*\?; .* do not run: i-0123456789abcdef4 \(terminated\)$/,
  );
  assert.equal(ec2.calls(), 1);
  const nobody = await failureOf(findHosts(byGroup('Shop'), auto, aws));
  assert.equal(nobody.reason, 'host-not-found');
  assert.match(nobody.message, /auto-scaling-group Shop matches no instance in eu-west-1/);
  assert.match(nobody.remedy, /name of the Auto Scaling group/);
});

test('an address that is given is taken as it is, without AWS', async t => {
  const { aws, ec2 } = await startedEc2(t, hosts);
  const [host] = await findHosts({ kind: 'address', address: 'shop.example.com' }, ['ipv6'], aws);
  assert.deepEqual([host?.address, host?.names], ['shop.example.com', ['shop.example.com']]);
  assert.equal(ec2.calls(), 0);
});

test('of several ids those that EC2 does not know are named', async t => {
  const { aws } = await startedEc2(t, hosts);
  const alone = await failureOf(findHosts(byId('i-00000000000000000'), auto, aws));
  assert.equal(alone.reason, 'host-not-found');
  assert.match(alone.message, /^EC2 in eu-west-1 does not know i-00000000000000000\.$/);
  const among = await failureOf(findHosts(byId(web, 'i-00000000000000000', 'i-00000001'), auto, aws));
  assert.match(
    among.message,
    new RegExp(`does not know i-00000000000000000, i-00000001 \\(the others given are ${web}\\)`),
  );
  assert.match(among.remedy, /another region or account/);
});

test('a filter that matches nothing is host-not-found; one that EC2 does not take is input-invalid', async t => {
  const { aws } = await startedEc2(t, hosts);
  const nobody = await failureOf(findHosts(byFilter('tag:Role', 'nobody'), auto, aws));
  assert.equal(nobody.reason, 'host-not-found');
  assert.match(nobody.message, /tag:Role=nobody matches no instance in eu-west-1/);
  const wrong = await failureOf(findHosts(byFilter('tags:Role', 'web'), auto, aws));
  assert.equal(wrong.reason, 'input-invalid');
  assert.match(
    wrong.message,
    /does not take instance-filters tags:Role=web: The filter 'tags:Role' is invalid/,
  );
  assert.match(wrong.remedy, /such as tag:Role/);
});

test('instances that do not run are named with their states, and what helps depends on these', async t => {
  const { aws } = await startedEc2(t, [
    ...hosts,
    { address: '10.99.8.2', state: 'pending', tags: { Role: 'new' } },
    { address: '10.99.8.3', state: 'stopping', tags: { Role: 'late' } },
  ]);
  for (const [target, state, remedy] of [
    [byId(stopped), `${stopped} \\(stopped\\)`, /^Start the instance/],
    [byFilter('tag:Role', 'old', 'gone'), `${stopped} \\(stopped\\), ${gone} \\(terminated\\)`, /^Start/],
    [byId(gone), `${gone} \\(terminated\\)`, /launch an instance/],
    [byFilter('tag:Role', 'new'), '\\(pending\\)', /wait until it runs/],
    [byFilter('tag:Role', 'late'), '\\(stopping\\)', /start it once it has stopped/],
  ] as const) {
    const failure = await failureOf(findHosts(target, auto, aws));
    assert.equal(failure.reason, 'host-not-running');
    assert.match(failure.message, new RegExp(`matches no running instance: .*${state}`));
    assert.match(failure.remedy, remedy);
  }
});

test('several running instances are ambiguous, and all are listed by id, name and state', async t => {
  const { aws } = await startedEc2(t, hosts);
  for (const target of [byId(web, bare), byFilter('tag:Role', 'web', 'inner')]) {
    const failure = await failureOf(findHosts(target, auto, aws));
    assert.equal(failure.reason, 'host-ambiguous');
    assert.match(
      failure.message,
      new RegExp(`matches 2 .*${web} \\(shop one, running\\), ${bare} \\(Paris, Lyon, running\\)`),
    );
  }
});

test('an instance without an address of the kind says which it has', async t => {
  const { aws } = await startedEc2(t, hosts);
  const failure = await failureOf(findHosts(byId(bare), ['public-ip'], aws));
  assert.equal(failure.reason, 'host-not-found');
  assert.match(failure.message, /has no public-ip; it has private-ip 10\.99\.3\.2/);
  const none = await failureOf(findHosts(byFilter('tag:Role', 'young'), auto, aws));
  assert.match(
    none.message,
    /has no public-dns and no public-ip and no private-ip and no ipv6; it has no address at all/,
  );
});
