import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  EC2Client,
  EC2ServiceException,
  GetConsoleOutputCommand,
  paginateDescribeInstances,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { startEc2 } from '../../sandbox/ec2/ec2.ts';
import type { Ec2, Ec2Options } from '../../sandbox/ec2/endpoint.ts';
import type { Ec2Host } from '../../sandbox/ec2/instance.ts';

const WEB = 'i-0123456789abcdef0';
const HOSTS: readonly Ec2Host[] = [
  {
    instanceId: WEB,
    address: '10.99.1.2',
    publicAddress: '203.0.113.7',
    ipv6Address: 'fd00:99::2',
    tags: { Role: 'web', Name: 'a<b>&"c"' },
    consoleOutput: 'ssh-host-key\nünicode\n',
  },
  { address: '10.99.2.2', tags: { Role: 'worker' }, state: 'stopped' },
  { address: '10.99.3.2', state: 'pending', withoutAddress: true },
];

test('an instance is told with addresses, names, tags, state and zone', async t => {
  const { client } = await start(t);
  const answer = await client.send(new DescribeInstancesCommand({ InstanceIds: [WEB] }));
  const instance = answer.Reservations?.[0]?.Instances?.[0];
  assert.equal(instance?.InstanceId, WEB);
  assert.deepEqual(instance?.State, { Code: 16, Name: 'running' });
  assert.equal(instance?.PrivateIpAddress, '10.99.1.2');
  assert.equal(instance?.PrivateDnsName, 'ip-10-99-1-2.ec2.internal');
  assert.equal(instance?.PublicIpAddress, '203.0.113.7');
  assert.equal(instance?.PublicDnsName, 'ec2-203-0-113-7.compute-1.amazonaws.com');
  assert.equal(instance?.Ipv6Address, 'fd00:99::2');
  assert.equal(instance?.Placement?.AvailabilityZone, 'eu-west-1a');
  assert.deepEqual(instance?.Tags, [
    { Key: 'Role', Value: 'web' },
    { Key: 'Name', Value: 'a<b>&"c"' },
  ]);
});

test('an instance without addresses tells none', async t => {
  const { client, ec2 } = await start(t);
  const answer = await client.send(new DescribeInstancesCommand({ InstanceIds: ec2.instanceIds.slice(2) }));
  const instance = answer.Reservations?.[0]?.Instances?.[0];
  assert.equal(instance?.State?.Name, 'pending');
  assert.equal(instance?.PrivateIpAddress, undefined);
  assert.equal(instance?.PublicIpAddress, undefined);
});

test('filters: every one must pass, any of its values, with wildcards', async t => {
  const { client, ec2 } = await start(t);
  const [web, worker, pending] = ec2.instanceIds;
  const cases: readonly (readonly [
    Readonly<Record<string, readonly string[]>>,
    readonly (string | undefined)[],
  ])[] = [
    [{ 'tag:Role': ['web'] }, [web]],
    [{ 'tag:Role': ['w*'] }, [web, worker]],
    [{ 'tag:Role': ['we?'] }, [web]],
    [{ 'tag:Role': ['WEB'] }, []],
    [{ 'tag:Role': ['w*'], 'instance-state-name': ['stopped'] }, [worker]],
    [{ 'instance-state-name': ['running', 'pending'] }, [web, pending]],
    [{ 'private-ip-address': ['10.99.2.2'] }, [worker]],
    [{ 'private-ip-address': ['10x99.2.2'] }, []],
    [{ 'tag-key': ['Name'] }, [web]],
    [{ 'instance-id': [WEB] }, [web]],
  ];
  for (const [filters, expected] of cases) {
    const Filters = Object.entries(filters).map(([Name, values]) => ({ Name, Values: [...values] }));
    assert.deepEqual(await listIds(client, { Filters }), expected, JSON.stringify(filters));
  }
});

test('pages follow one another, cut by MaxResults or by the endpoint', async t => {
  const hosts = Array.from({ length: 12 }, (_, index) => ({ address: `10.99.${index}.2` }));
  const byClient = await start(t, {}, hosts);
  assert.deepEqual(await listIds(byClient.client, { MaxResults: 5 }), byClient.ec2.instanceIds);
  assert.equal(byClient.ec2.calls(), 3);
  const byServer = await start(t, { pageSize: 4 }, hosts);
  assert.deepEqual(await listIds(byServer.client, {}), byServer.ec2.instanceIds);
  assert.equal(byServer.ec2.calls(), 3);
});

test('the console output comes back as it was', async t => {
  const { client } = await start(t);
  const { Output } = await client.send(new GetConsoleOutputCommand({ InstanceId: WEB }));
  assert.equal(Buffer.from(Output ?? '', 'base64').toString(), 'ssh-host-key\nünicode\n');
});

test('each refusal has the name that EC2 gives it', async t => {
  const { client } = await start(t);
  const describe = (input: DescribeInstancesCommandInput) => client.send(new DescribeInstancesCommand(input));
  const unknown = 'i-00000000000000000';
  await assert.rejects(describe({ InstanceIds: [unknown] }), {
    name: 'InvalidInstanceID.NotFound',
    message: `The instance ID '${unknown}' does not exist`,
  });
  await assert.rejects(describe({ InstanceIds: ['web-1'] }), { name: 'InvalidInstanceID.Malformed' });
  await assert.rejects(describe({ Filters: [{ Name: 'color', Values: ['x'] }] }), {
    name: 'InvalidParameterValue',
  });
  await assert.rejects(describe({ InstanceIds: [WEB], MaxResults: 5 }), {
    name: 'InvalidParameterCombination',
  });
  await assert.rejects(describe({ NextToken: 'nonsense' }), { name: 'InvalidNextToken' });
  await assert.rejects(client.send(new StopInstancesCommand({ InstanceIds: [WEB] })), {
    name: 'InvalidAction',
  });
});

test('refused credentials and a missing permission', async t => {
  const refusals = [
    ['credentials', 'AuthFailure', 401],
    ['permission', 'UnauthorizedOperation', 403],
  ] as const;
  for (const [refuse, name, status] of refusals) {
    const { client } = await start(t, { refuse });
    await assert.rejects(listIds(client, {}), error => {
      assert.ok(error instanceof EC2ServiceException);
      assert.deepEqual([error.name, error.$metadata.httpStatusCode], [name, status]);
      return true;
    });
  }
});

test('throttling ends after the first calls', async t => {
  const twice = await start(t, { throttleFirst: 2 });
  assert.equal((await listIds(twice.client, {})).length, 3);
  assert.equal(twice.ec2.calls(), 3);
  const often = await start(t, { throttleFirst: 99 });
  await assert.rejects(listIds(often.client, {}), { name: 'RequestLimitExceeded' });
});

test('a request that is not signed is refused', async t => {
  const { ec2 } = await start(t);
  const answer = await fetch(ec2.url, {
    method: 'POST',
    body: 'Action=DescribeInstances&Version=2016-11-15',
  });
  assert.equal(answer.status, 401);
  assert.match(await answer.text(), /<Code>AuthFailure<\/Code>/);
  assert.equal(ec2.calls(), 0);
});

interface Started {
  readonly ec2: Ec2;
  readonly client: EC2Client;
}

async function start(t: TestContext, options: Ec2Options = {}, hosts = HOSTS): Promise<Started> {
  const ec2 = await startEc2(hosts, { ...options, prefer: 'own' });
  assert.equal(ec2.kind, 'own');
  process.env.AWS_ENDPOINT_URL_EC2 = ec2.url;
  const client = new EC2Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  // The address is read from the environment once, lazily.
  await client.config.endpoint?.();
  t.after(async () => {
    client.destroy();
    await ec2.stop();
  });
  return { ec2, client };
}

async function listIds(client: EC2Client, input: DescribeInstancesCommandInput): Promise<readonly unknown[]> {
  const ids: unknown[] = [];
  for await (const page of paginateDescribeInstances({ client }, input)) {
    const instances = page.Reservations?.flatMap(({ Instances = [] }) => Instances) ?? [];
    ids.push(...instances.map(({ InstanceId }) => InstanceId));
  }
  return ids;
}
