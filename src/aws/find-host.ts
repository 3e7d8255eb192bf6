import type { Filter, Instance } from '@aws-sdk/client-ec2';
import type { AddressChoice, Ec2Target, Target } from '../config/target.ts';
import { Failure, nothingContacted, type Reason } from '../failure.ts';
import { explainAwsError, openEc2 } from './ec2.ts';

/** A host to deploy to. */
export interface FoundHost {
  readonly address: string;
  /** Undefined for a plain host. */
  readonly instance: FoundInstance | undefined;
  /** All names it is known by, for known_hosts lines. */
  readonly names: readonly string[];
  /** How it was found, for people. */
  readonly how: string;
}

/** What EC2 says of an instance. */
export interface FoundInstance {
  readonly id: string;
  readonly region: string;
  readonly zone: string;
  readonly privateIp: string | undefined;
  readonly vpcId: string | undefined;
  readonly subnetId: string | undefined;
  /** Its security groups. */
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  /** What its tag `nginx-bluegreen:host-key` says; undefined when it has none. */
  readonly hostKeyTag: string | undefined;
}

/**
 * Finds the hosts a target means; today always one. AWS is loaded and asked only for instances.
 * `tell` hears of each call, for the debug log.
 * Throws a Failure: host-not-found, host-not-running, host-ambiguous, aws-refused.
 */
export async function findHosts(
  target: Target,
  choice: AddressChoice,
  tell: (line: string) => void,
): Promise<readonly FoundHost[]> {
  if (target.kind === 'address') {
    return [
      {
        address: target.address,
        instance: undefined,
        names: [target.address],
        how: 'the address given as host',
      },
    ];
  }
  const instances = await describe(target, tell);
  const running = instances.filter(instance => instance.State?.Name === 'running');
  const [first] = running;
  if (first === undefined) throw noneRunning(target, instances);
  if (running.length > 1) {
    throw refuse(
      'host-ambiguous',
      `${describeTarget(target)} matches ${running.length} running instances: ${running.map(describeInstance).join(', ')}.`,
      'Deploys go to one host at a time: narrow instance-filters, or give one instance-id.',
    );
  }
  return [toHost(first, choice, target)];
}

async function describe(target: Ec2Target, tell: (line: string) => void): Promise<readonly Instance[]> {
  const ec2 = await openEc2(target.region, tell);
  const found: Instance[] = [];
  try {
    const query =
      target.kind === 'instances'
        ? { InstanceIds: [...target.ids] }
        : { Filters: filtersOf(target), MaxResults: 1000 };
    for await (const page of ec2.paginateDescribeInstances({ client: ec2.client }, query)) {
      for (const reservation of page.Reservations ?? []) found.push(...(reservation.Instances ?? []));
    }
  } catch (error) {
    if (error instanceof Error && /^InvalidInstanceID/.test(error.name)) {
      throw refuse(
        'host-not-found',
        `EC2 in ${target.region} does not know ${describeTarget(target)}.`,
        'Check instance-id and aws-region.',
      );
    }
    throw explainAwsError(error, 'ec2:DescribeInstances', target.region);
  }
  return found;
}

/** EC2 tags the instances of an Auto Scaling group with its name. */
const filtersOf = (target: Exclude<Ec2Target, { kind: 'instances' }>): Filter[] =>
  target.kind === 'group'
    ? [{ Name: 'tag:aws:autoscaling:groupName', Values: [target.name] }]
    : target.filters.map(({ name, values }) => ({ Name: name, Values: [...values] }));

function noneRunning(target: Ec2Target, instances: readonly Instance[]): Failure {
  if (instances.length === 0) {
    return refuse(
      'host-not-found',
      `${describeTarget(target)} matches no instance in ${target.region}.`,
      'Check the filters, their values and aws-region.',
    );
  }
  return refuse(
    'host-not-running',
    `${describeTarget(target)} matches no running instance: ${instances.map(describeInstance).join(', ')}.`,
    'Start the instance and run again.',
  );
}

function toHost(instance: Instance, choice: AddressChoice, target: Ec2Target): FoundHost {
  const addresses = addressesOf(instance);
  const address =
    choice === 'auto'
      ? (addresses['public-dns'] ?? addresses['public-ip'] ?? addresses['private-ip'] ?? addresses.ipv6)
      : addresses[choice];
  if (address === undefined) {
    const has = Object.entries(addresses).flatMap(([kind, value]) =>
      value === undefined ? [] : [`${kind} ${value}`],
    );
    throw refuse(
      'host-not-found',
      `${describeInstance(instance)} has no ${choice === 'auto' ? 'address' : `${choice} address`}; it has ${has.join(', ') || 'none at all'}.`,
      'Choose another address, or give the instance one.',
    );
  }
  const names = [...Object.values(addresses), instance.PrivateDnsName, instance.InstanceId];
  return {
    address,
    instance: factsOf(instance, target.region),
    names: [...new Set([address, ...names.flatMap(name => (name ? [name] : []))])],
    how: `${describeTarget(target)}, ${choice === 'auto' ? 'first address it has' : choice}`,
  };
}

const factsOf = (instance: Instance, region: string): FoundInstance => ({
  id: instance.InstanceId ?? '',
  region,
  zone: instance.Placement?.AvailabilityZone ?? '',
  privateIp: instance.PrivateIpAddress,
  vpcId: instance.VpcId,
  subnetId: instance.SubnetId,
  groups: (instance.SecurityGroups ?? []).map(({ GroupId, GroupName }) => ({
    id: GroupId ?? '',
    name: GroupName ?? '',
  })),
  hostKeyTag: instance.Tags?.find(({ Key }) => Key === 'nginx-bluegreen:host-key')?.Value,
});

const addressesOf = (instance: Instance): Record<Exclude<AddressChoice, 'auto'>, string | undefined> => ({
  'public-dns': instance.PublicDnsName || undefined,
  'public-ip': instance.PublicIpAddress || undefined,
  'private-ip': instance.PrivateIpAddress || undefined,
  ipv6: instance.NetworkInterfaces?.flatMap(one => one.Ipv6Addresses ?? []).find(one => one.Ipv6Address)
    ?.Ipv6Address,
});

function describeInstance(instance: Instance): string {
  const name = instance.Tags?.find(tag => tag.Key === 'Name')?.Value;
  return `${instance.InstanceId} (${name ? `${name}, ` : ''}${instance.State?.Name ?? 'state unknown'})`;
}

function describeTarget(target: Ec2Target): string {
  switch (target.kind) {
    case 'instances':
      return `instance-id ${target.ids.join(', ')}`;
    case 'filters':
      return `instance-filters ${target.filters.map(({ name, values }) => `${name}=${values.join(',')}`).join(' ')}`;
    case 'group':
      return `auto-scaling-group ${target.name}`;
  }
}

const refuse = (reason: Reason, message: string, remedy: string): Failure =>
  new Failure({ reason, message, traffic: nothingContacted, remedy });
