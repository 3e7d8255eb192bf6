import type { Filter, Instance } from '@aws-sdk/client-ec2';
import type { AddressChoice, Target } from '../config/target.ts';
import { Failure, nothingContacted, type Reason } from '../failure.ts';
import { explainAwsError, openEc2 } from './ec2.ts';

/** A host to deploy to. */
export interface FoundHost {
  readonly address: string;
  readonly instanceId: string | undefined;
  /** All names it is known by, for known_hosts lines. */
  readonly names: readonly string[];
  /** How it was found, for people. */
  readonly how: string;
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
        instanceId: undefined,
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
  return [toHost(first, choice, describeTarget(target))];
}

async function describe(
  target: Exclude<Target, { kind: 'address' }>,
  tell: (line: string) => void,
): Promise<readonly Instance[]> {
  const ec2 = await openEc2(target.region, tell);
  const Filters: Filter[] | undefined =
    target.kind === 'filters'
      ? target.filters.map(({ name, values }) => ({ Name: name, Values: [...values] }))
      : undefined;
  const found: Instance[] = [];
  try {
    const query =
      Filters === undefined && target.kind === 'instances'
        ? { InstanceIds: [...target.ids] }
        : { Filters, MaxResults: 1000 };
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

function noneRunning(target: Exclude<Target, { kind: 'address' }>, instances: readonly Instance[]): Failure {
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

function toHost(instance: Instance, choice: AddressChoice, how: string): FoundHost {
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
    instanceId: instance.InstanceId,
    names: [...new Set([address, ...names.flatMap(name => (name ? [name] : []))])],
    how: `${how}, ${choice === 'auto' ? 'first address it has' : choice}`,
  };
}

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

const describeTarget = (target: Exclude<Target, { kind: 'address' }>): string =>
  target.kind === 'instances'
    ? `instance-id ${target.ids.join(', ')}`
    : `instance-filters ${target.filters.map(({ name, values }) => `${name}=${values.join(',')}`).join(' ')}`;

const refuse = (reason: Reason, message: string, remedy: string): Failure =>
  new Failure({ reason, message, traffic: nothingContacted, remedy });
