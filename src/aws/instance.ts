import type { Instance } from '@aws-sdk/client-ec2';
import type { AddressKind } from '../config/address.ts';
import { hostKeyTag } from './host-key-tag.ts';

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

export const readInstance = (instance: Instance, region: string): FoundInstance => ({
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
  hostKeyTag: tagOf(instance, hostKeyTag),
});

/** The addresses of its first network interface. */
export function readAddresses(instance: Instance): Readonly<Record<AddressKind, string | undefined>> {
  const first = instance.NetworkInterfaces?.find(one => (one.Attachment?.DeviceIndex ?? 0) === 0);
  const ipv6 = first?.Ipv6Addresses?.find(one => one.Ipv6Address)?.Ipv6Address;
  return {
    'public-dns': instance.PublicDnsName || undefined,
    'public-ip': instance.PublicIpAddress || undefined,
    'private-ip': instance.PrivateIpAddress || undefined,
    ipv6: instance.Ipv6Address || ipv6,
  };
}

/** Its id, name and state, for people. */
export function describeInstance(instance: Instance): string {
  const name = tagOf(instance, 'Name');
  return `${instance.InstanceId} (${name ? `${name}, ` : ''}${stateOf(instance)})`;
}

/** Such as `running` or `stopped`. */
export const stateOf = (instance: Instance): string => instance.State?.Name ?? 'state unknown';

const mostNamed = 20;

/** The first of many, and how many more there are. */
export function describeInstances(instances: readonly Instance[]): string {
  const named = instances.slice(0, mostNamed).map(describeInstance).join(', ');
  const more = instances.length - mostNamed;
  return more > 0 ? `${named} and ${more} more` : named;
}

const tagOf = (instance: Instance, key: string): string | undefined =>
  instance.Tags?.find(tag => tag.Key === key)?.Value;
