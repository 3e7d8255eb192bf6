import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { startEc2 } from '../../sandbox/ec2/ec2.ts';
import { findMoto } from '../../sandbox/ec2/moto.ts';

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
