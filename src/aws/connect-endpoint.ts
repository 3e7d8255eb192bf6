import type { Ec2InstanceConnectEndpoint } from '@aws-sdk/client-ec2';
import { Failure, nothingContacted } from '../failure.ts';
import type { Aws } from './client-settings.ts';
import type { Ec2 } from './ec2.ts';
import type { FoundInstance } from './instance.ts';
import { askAws } from './refusal.ts';

/** An EC2 Instance Connect Endpoint that leads to an instance. */
export interface ConnectEndpoint {
  readonly id: string;
  readonly dnsName: string;
}

/** While an endpoint is changed it goes on as it was before. */
const usable = ['create-complete', 'update-in-progress', 'update-complete', 'update-failed'];

/**
 * Finds the endpoint for an instance: one in its subnet, else in its availability zone (other zones cost money), else any of
 * its VPC. Throws a Failure: endpoint-missing, aws-refused.
 */
export async function findConnectEndpoint(
  { client, sdk }: Ec2,
  instance: FoundInstance,
  { env }: Aws,
): Promise<ConnectEndpoint> {
  const { region, vpcId } = instance;
  const found: Ec2InstanceConnectEndpoint[] = [];
  await askAws({ permission: 'ec2:DescribeInstanceConnectEndpoints', region, env }, async () => {
    const query = { Filters: [{ Name: 'vpc-id', Values: [vpcId ?? ''] }] };
    for await (const page of sdk.paginateDescribeInstanceConnectEndpoints({ client }, query))
      found.push(...(page.InstanceConnectEndpoints ?? []));
  });
  return chooseEndpoint(found, instance, await client.config.useFipsEndpoint());
}

/** Of the endpoints of a VPC the best for an instance. Throws a Failure: endpoint-missing. */
export function chooseEndpoint(
  found: readonly Ec2InstanceConnectEndpoint[],
  { id, vpcId, subnetId, zone }: FoundInstance,
  isFips: boolean,
): ConnectEndpoint {
  const ready = found.flatMap(one => {
    const { InstanceConnectEndpointId: endpointId, State: state = '' } = one;
    const dnsName = isFips ? one.FipsDnsName : one.DnsName;
    return usable.includes(state) && dnsName && endpointId ? [{ ...one, id: endpointId, dnsName }] : [];
  });
  const chosen =
    ready.find(one => one.SubnetId === subnetId) ??
    ready.find(one => one.AvailabilityZone === zone) ??
    ready[0];
  if (chosen !== undefined) return { id: chosen.id, dnsName: chosen.dnsName };
  const others = found.map(one => `${one.InstanceConnectEndpointId} (${one.State})`).join(', ');
  throw new Failure({
    reason: 'endpoint-missing',
    message: `The VPC ${vpcId ?? '(none)'} of ${id} has no EC2 Instance Connect Endpoint that can be used${isFips ? ' in FIPS mode' : ''}${others && `; it has ${others}`}.`,
    traffic: nothingContacted,
    remedy:
      'Make one in a subnet of that VPC (aws ec2 create-instance-connect-endpoint --subnet-id …) and wait until it is create-complete; docs/keyless.md has the steps.',
  });
}
