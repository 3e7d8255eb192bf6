import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Ec2InstanceConnectEndpoint } from '@aws-sdk/client-ec2';
import type { ConnectEndpoint } from '../../sandbox/ec2/connect-endpoints.ts';
import type { Ec2Options } from '../../sandbox/ec2/endpoint.ts';
import {
  chooseEndpoint,
  type ConnectEndpoint as Found,
  findConnectEndpoint,
} from '../../src/aws/connect-endpoint.ts';
import { openEc2 } from '../../src/aws/ec2.ts';
import type { FoundInstance } from '../../src/aws/instance.ts';
import { failureOf, startedEc2 } from './ec2-endpoint.ts';

const instance: FoundInstance = {
  id: 'i-0123456789abcdef0',
  region: 'eu-west-1',
  zone: 'eu-west-1a',
  privateIp: '10.0.1.23',
  vpcId: 'vpc-1',
  subnetId: 'subnet-1',
  groups: [],
  hostKeyTag: undefined,
};

const endpoint = (id: string, changes: Partial<ConnectEndpoint> = {}): ConnectEndpoint => ({
  id,
  vpcId: 'vpc-1',
  subnetId: 'subnet-9',
  zone: 'eu-west-1c',
  state: 'create-complete',
  dnsName: `${id}.example`,
  ...changes,
});
const inZone = endpoint('eice-zone', { zone: 'eu-west-1a' });
const inSubnet = endpoint('eice-subnet', { zone: 'eu-west-1a', subnetId: 'subnet-1' });
const others = ['1', '2', '3', '4', '5'].map(number => endpoint(`eice-${number}`));

async function find(
  t: TestContext,
  connectEndpoints: readonly ConnectEndpoint[],
  options: Pick<Ec2Options, 'refuse'> = {},
): Promise<Found> {
  const { aws } = await startedEc2(t, [], { connectEndpoints, ...options });
  const ec2 = await openEc2(instance.region, aws);
  return await findConnectEndpoint(ec2, instance, aws);
}

test('of several the one in the subnet is taken, else one in the zone, else any of the VPC; all pages are read', async t => {
  assert.deepEqual(await find(t, [...others, inZone, inSubnet]), {
    id: 'eice-subnet',
    dnsName: 'eice-subnet.example',
  });
  assert.equal((await find(t, [...others, inZone])).id, 'eice-zone');
  assert.equal((await find(t, others)).id, 'eice-1');
});

test('one that is being changed or could not be goes on as it was; one that is made, gone or of another VPC is not taken', async t => {
  for (const state of ['update-in-progress', 'update-complete', 'update-failed'])
    assert.equal((await find(t, [endpoint('eice-1', { state })])).id, 'eice-1');
  const unusable = ['create-in-progress', 'create-failed', 'delete-in-progress', 'delete-complete'];
  const endpoints = [
    endpoint('eice-9', { vpcId: 'vpc-2' }),
    ...unusable.map((state, index) => endpoint(`eice-${index}`, { state })),
  ];
  const { reason, message, remedy } = await failureOf(find(t, endpoints));
  assert.equal(reason, 'endpoint-missing');
  assert.match(
    message,
    /The VPC vpc-1 of i-0123456789abcdef0 has no .*; it has eice-0 \(create-in-progress\), /,
  );
  assert.doesNotMatch(message, /eice-9/);
  assert.match(remedy, /create-instance-connect-endpoint --subnet-id/);
});

test('in FIPS mode only an endpoint with a FIPS name is taken', async () => {
  const told = (id: string): Ec2InstanceConnectEndpoint => ({
    InstanceConnectEndpointId: id,
    State: 'create-complete',
    SubnetId: 'subnet-1',
    DnsName: `${id}.example`,
  });
  const withFips = { ...told('eice-2'), FipsDnsName: 'eice-2.fips.example' };
  assert.deepEqual(chooseEndpoint([told('eice-1'), withFips], instance, true), {
    id: 'eice-2',
    dnsName: 'eice-2.fips.example',
  });
  const choosing = async () => chooseEndpoint([told('eice-1')], instance, true);
  const { reason, message } = await failureOf(choosing());
  assert.equal(reason, 'endpoint-missing');
  assert.match(message, /in FIPS mode/);
});

test('a role that may not look is told which permission it lacks', async t => {
  const { reason, remedy } = await failureOf(find(t, [inSubnet], { refuse: 'permission' }));
  assert.equal(reason, 'aws-refused');
  assert.match(remedy, /ec2:DescribeInstanceConnectEndpoints/);
});
