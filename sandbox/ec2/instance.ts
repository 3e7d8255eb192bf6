import { createHash } from 'node:crypto';
import type { SecurityGroup } from './security-groups.ts';

/** The states of an EC2 instance and their codes. */
export const STATE_CODES = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const;

/** The state of an EC2 instance. */
export type InstanceState = keyof typeof STATE_CODES;

/** A sandbox host as EC2 is to tell it. */
export interface Ec2Host {
  /** `i-` and 17 hex digits; made from the address and place in the list if not given. */
  readonly instanceId?: string;
  /** The private IPv4 address. */
  readonly address: string;
  readonly publicAddress?: string;
  readonly ipv6Address?: string;
  /** `running` if not given. */
  readonly state?: InstanceState;
  readonly tags?: Readonly<Record<string, string>>;
  /** Its security groups; none if not given. */
  readonly groups?: readonly SecurityGroup[];
  /** Tells no address at all, as for an instance that is just starting or gone. */
  readonly withoutAddress?: boolean;
  /** What GetConsoleOutput tells, as plain text. */
  readonly consoleOutput?: string;
  /** The same with `Latest`; an instance without it is of a kind that has no such output. */
  readonly latestConsoleOutput?: string;
  readonly vpcId?: string;
  readonly subnetId?: string;
}

/** An instance with everything that the endpoint answers. An empty text is a value EC2 leaves out. */
export interface Instance {
  readonly instanceId: string;
  readonly state: InstanceState;
  readonly privateAddress: string;
  readonly privateName: string;
  readonly publicAddress: string;
  readonly publicName: string;
  readonly ipv6Address: string;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly groups: readonly SecurityGroup[];
  readonly consoleOutput: string;
  readonly latestConsoleOutput: string | undefined;
  readonly vpcId: string;
  readonly subnetId: string;
}

/** Completes a host to an instance; `index` is its place in the list. */
export function describeHost(host: Ec2Host, index: number): Instance {
  const hasAddress = host.withoutAddress !== true;
  const privateAddress = hasAddress ? host.address : '';
  const publicAddress = hasAddress ? (host.publicAddress ?? '') : '';
  return {
    instanceId: host.instanceId ?? makeInstanceId(`${index}/${host.address}`),
    state: host.state ?? 'running',
    privateAddress,
    privateName: privateAddress && `ip-${privateAddress.replaceAll('.', '-')}.ec2.internal`,
    publicAddress,
    publicName: publicAddress && `ec2-${publicAddress.replaceAll('.', '-')}.compute-1.amazonaws.com`,
    ipv6Address: hasAddress ? (host.ipv6Address ?? '') : '',
    tags: Object.entries(host.tags ?? {}),
    groups: host.groups ?? [],
    consoleOutput: host.consoleOutput ?? '',
    latestConsoleOutput: host.latestConsoleOutput,
    vpcId: host.vpcId ?? '',
    subnetId: host.subnetId ?? '',
  };
}

function makeInstanceId(seed: string): string {
  return `i-${createHash('sha256').update(seed).digest('hex').slice(0, 17)}`;
}
