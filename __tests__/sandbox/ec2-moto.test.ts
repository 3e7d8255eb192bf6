import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { startEc2 } from '../../sandbox/ec2/ec2.ts';
import { findMoto } from '../../sandbox/ec2/moto.ts';
import { findHosts } from '../../src/aws/find-host.ts';
import { writeHostKeyTag } from '../../src/aws/host-key-tag.ts';
import { openPorts } from '../../src/aws/open-ports.ts';
import type { Ec2Target } from '../../src/config/target.ts';
import { failureOf, startedEc2 } from '../unit/ec2-endpoint.ts';

const isInstalled = (await findMoto()) !== undefined;

test('moto tells the hosts', { skip: !isInstalled && 'moto_server is not installed' }, async t => {
  const ec2 = await startEc2([
    { address: '10.99.1.2', tags: { Role: 'web' } },
    { address: '10.99.2.2', state: 'stopped' },
  ]);
  t.after(() => ec2.stop());
  assert.equal(ec2.kind, 'moto');
  assert.equal(ec2.instanceIds.length, 2);
  const client = new EC2Client({
    endpoint: ec2.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  t.after(() => client.destroy());
  const answer = await client.send(new DescribeInstancesCommand({ InstanceIds: [...ec2.instanceIds] }));
  const instances = answer.Reservations?.flatMap(({ Instances = [] }) => Instances) ?? [];
  assert.deepEqual(
    instances.map(({ PrivateIpAddress, State }) => [PrivateIpAddress, State?.Name]),
    [
      ['10.99.1.2', 'running'],
      ['10.99.2.2', 'stopped'],
    ],
  );
  assert.deepEqual(instances[0]?.Tags, [{ Key: 'Role', Value: 'web' }]);
});

test('what moto cannot tell is told by the own endpoint', async t => {
  const ec2 = await startEc2([{ address: '10.99.1.2', consoleOutput: 'text' }]);
  t.after(() => ec2.stop());
  assert.equal(ec2.kind, 'own');
});

test('what the action does in AWS it does on moto too', {
  skip: !isInstalled && 'moto_server is not installed',
}, async t => {
  const { aws, ec2 } = await startedEc2(
    t,
    [
      { address: '10.99.1.2', tags: { Role: 'web' } },
      { address: '10.99.2.2', state: 'stopped', tags: { Role: 'web' } },
      { address: '10.99.3.2', tags: { Role: 'other' } },
    ],
    { prefer: 'moto' },
  );
  assert.equal(ec2.kind, 'moto');
  const [id = '', stopped = ''] = ec2.instanceIds;
  const find = async (target: Ec2Target) => {
    const [host] = await findHosts(target, ['private-ip'], aws);
    assert.ok(host?.instance);
    return { ...host, instance: host.instance };
  };
  const region = 'us-east-1';
  const { instance, address, how } = await find({
    kind: 'filters',
    filters: [{ name: 'tag:Role', values: ['w?b'] }],
    region,
  });
  assert.deepEqual([instance.id, address], [id, '10.99.1.2']);
  assert.match(how, new RegExp(`passed over, as they do not run: ${stopped} \\(stopped\\)`));
  assert.equal((await find({ kind: 'instances', ids: [id], region })).address, '10.99.1.2');
  const unknown = { kind: 'instances', ids: [id, 'i-00000000000000000'], region } as const;
  assert.match((await failureOf(find(unknown))).message, /does not know i-00000000000000000 \(the others/);

  const print = `SHA256:${'a'.repeat(43)}`;
  assert.match(await writeHostKeyTag(instance, [print], aws), / SHA256:a+$/);
  const tagged = (await find({ kind: 'instances', ids: [id], region })).instance;
  assert.equal(tagged.hostKeyTag, print);
  assert.equal(await writeHostKeyTag(tagged, [print], aws), '');

  assert.match(
    await openPorts(instance, [80, 443], aws),
    /now lets in TCP 80 from 0\.0\.0\.0\/0, TCP 80 from ::\/0, TCP 443/,
  );
  assert.equal(await openPorts(instance, [80, 443], aws), '');
});
