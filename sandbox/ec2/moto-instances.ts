import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Ec2Host } from './instance.ts';

const NETWORK = '10.99.0.0/16';

/** Makes one instance per host, in its state; gives the ids. Fails if EC2 then tells another address. */
export async function runInstances(client: EC2Client, hosts: readonly Ec2Host[]): Promise<readonly string[]> {
  const vpc = await client.send(new CreateVpcCommand({ CidrBlock: NETWORK }));
  const subnet = await client.send(new CreateSubnetCommand({ VpcId: vpc.Vpc?.VpcId, CidrBlock: NETWORK }));
  const place = {
    SubnetId: subnet.Subnet?.SubnetId,
    SecurityGroupIds: await findGroups(client, vpc.Vpc?.VpcId),
  };
  const instanceIds: string[] = [];
  for (const host of hosts) {
    const instanceId = await runInstance(client, host, place);
    await checkAddress(client, instanceId, host.address);
    await changeState(client, instanceId, host.state);
    instanceIds.push(instanceId);
  }
  return instanceIds;
}

/** The network's default group, which EC2 gives to an instance by itself. */
async function findGroups(client: EC2Client, vpcId: string | undefined): Promise<string[]> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId ?? ''] }];
  const answer = await client.send(new DescribeSecurityGroupsCommand({ Filters }));
  return (answer.SecurityGroups ?? []).flatMap(({ GroupId }) => (GroupId === undefined ? [] : [GroupId]));
}

async function runInstance(
  client: EC2Client,
  host: Ec2Host,
  place: Pick<RunInstancesCommandInput, 'SubnetId' | 'SecurityGroupIds'>,
): Promise<string> {
  const tags = Object.entries(host.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  const answer = await client.send(
    new RunInstancesCommand({
      ImageId: 'ami-12c6146b',
      MinCount: 1,
      MaxCount: 1,
      ...place,
      PrivateIpAddress: host.address,
      ...(tags.length > 0 && { TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] }),
    }),
  );
  const instanceId = answer.Instances?.[0]?.InstanceId;
  if (instanceId === undefined) throw new Error(`no instance for ${host.address}`);
  return instanceId;
}

async function checkAddress(client: EC2Client, instanceId: string, address: string): Promise<void> {
  const answer = await client.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  const told = answer.Reservations?.[0]?.Instances?.[0]?.PrivateIpAddress;
  if (told !== address) throw new Error(`${instanceId} has the address ${told}, not ${address}`);
}

async function changeState(client: EC2Client, instanceId: string, state: Ec2Host['state']): Promise<void> {
  if (state === 'stopped') await client.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  if (state === 'terminated') await client.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
}
