import type { Filter, Instance } from '@aws-sdk/client-ec2';
import type { AddressOrder } from '../config/address.ts';
import type { Ec2Target, Target } from '../config/target.ts';
import { Failure, nothingContacted, type Reason } from '../failure.ts';
import type { Aws } from './client-settings.ts';
import { openEc2 } from './ec2.ts';
import {
  describeInstance,
  describeInstances,
  type FoundInstance,
  readAddresses,
  readInstance,
  stateOf,
} from './instance.ts';
import { explainAwsError } from './refusal.ts';

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

/**
 * Finds the hosts a target means; today always one. AWS is loaded and asked only for instances.
 * Throws a Failure: host-not-found, host-not-running, host-ambiguous, input-invalid, aws-refused.
 */
export async function findHosts(
  target: Target,
  order: AddressOrder,
  aws: Aws,
): Promise<readonly FoundHost[]> {
  if (target.kind === 'address') {
    const { address } = target;
    return [{ address, instance: undefined, names: [address], how: 'the address given as host' }];
  }
  const instances = await describe(target, aws);
  const running = instances.filter(instance => stateOf(instance) === 'running');
  const others = instances.filter(instance => stateOf(instance) !== 'running');
  const [first] = running;
  if (first === undefined) throw noneRunning(target, others);
  if (running.length > 1) {
    throw refuse(
      'host-ambiguous',
      `${describeTarget(target)} matches ${running.length} running instances: ${describeInstances(running)}.`,
      'Deploys go to one host at a time: narrow instance-filters, or give one instance-id.',
    );
  }
  return [toHost(first, others, order, target)];
}

const perPage = 1000;

async function describe(target: Ec2Target, aws: Aws): Promise<readonly Instance[]> {
  const { region } = target;
  const found: Instance[] = [];
  try {
    const { client, sdk } = await openEc2(region, aws);
    const query =
      target.kind === 'instances'
        ? { InstanceIds: [...new Set(target.ids)] }
        : { Filters: filtersOf(target), MaxResults: perPage };
    for await (const page of sdk.paginateDescribeInstances({ client }, query)) {
      for (const reservation of page.Reservations ?? []) found.push(...(reservation.Instances ?? []));
    }
  } catch (error) {
    throw (
      (error instanceof Error ? refusedQuery(error, target) : undefined) ??
      explainAwsError(error, { permission: 'ec2:DescribeInstances', region, env: aws.env })
    );
  }
  return found;
}

/** EC2 tags the instances of an Auto Scaling group with its name, in which `*`, `?` and `\` are plain letters. */
const filtersOf = (target: Exclude<Ec2Target, { kind: 'instances' }>): Filter[] =>
  target.kind === 'group'
    ? [{ Name: 'tag:aws:autoscaling:groupName', Values: [target.name.replace(/[\\*?]/g, '\\$&')] }]
    : target.filters.map(({ name, values }) => ({ Name: name, Values: [...values] }));

/** What EC2 says of ids that it does not know, and of filters that it does not take. */
function refusedQuery({ name, message }: Error, target: Ec2Target): Failure | undefined {
  if (target.kind === 'instances' && /^InvalidInstanceID/.test(name)) {
    const unknown = target.ids.filter(id => message.includes(id));
    const others = target.ids.filter(id => !unknown.includes(id));
    const rest =
      unknown.length > 0 && others.length > 0 ? ` (the others given are ${others.join(', ')})` : '';
    return refuse(
      'host-not-found',
      `EC2 in ${target.region} does not know ${unknown.length > 0 ? unknown.join(', ') : target.ids.join(', ')}${rest}.`,
      `Check instance-id and aws-region: the instance may be in another region or account, or it was terminated an hour ago or more.`,
    );
  }
  return target.kind === 'filters' &&
    /^(InvalidParameter|InvalidFilter|FilterLimitExceeded|InvalidTag)/.test(name)
    ? refuse(
        'input-invalid',
        `EC2 does not take ${describeTarget(target)}: ${message}`,
        'Correct instance-filters: their names are those of EC2 for DescribeInstances, such as tag:Role or private-ip-address.',
      )
    : undefined;
}

function noneRunning(target: Ec2Target, others: readonly Instance[]): Failure {
  if (others.length === 0) {
    return refuse(
      'host-not-found',
      `${describeTarget(target)} matches no instance in ${target.region}.`,
      target.kind === 'group'
        ? 'Check the name of the Auto Scaling group, letter by letter, whether it has instances, and aws-region.'
        : 'Check the filters, their values (capital letters count) and aws-region.',
    );
  }
  return refuse(
    'host-not-running',
    `${describeTarget(target)} matches no running instance: ${describeInstances(others)}.`,
    remedyForStates(new Set(others.map(stateOf))),
  );
}

function remedyForStates(states: ReadonlySet<string>): string {
  if (states.has('pending')) return 'An instance is starting: wait until it runs, and run again.';
  if (states.has('stopping')) return 'An instance is stopping: start it once it has stopped, and run again.';
  if (states.has('stopped')) return 'Start the instance and run again.';
  return 'What is terminated does not come back: launch an instance, and name that one.';
}

function toHost(
  instance: Instance,
  others: readonly Instance[],
  order: AddressOrder,
  target: Ec2Target,
): FoundHost {
  const addresses = readAddresses(instance);
  const kind = order.find(one => addresses[one] !== undefined);
  const address = kind && addresses[kind];
  if (kind === undefined || address === undefined) {
    const has = Object.entries(addresses).flatMap(([one, value]) =>
      value === undefined ? [] : [`${one} ${value}`],
    );
    throw refuse(
      'host-not-found',
      `${describeInstance(instance)} has no ${order.join(' and no ')}; it has ${has.join(', ') || 'no address at all'}.`,
      'Choose another address, or give the instance one.',
    );
  }
  const names = [...Object.values(addresses), instance.PrivateDnsName, instance.InstanceId];
  return {
    address,
    instance: readInstance(instance, target.region),
    names: [...new Set([address, ...names.flatMap(name => (name ? [name] : []))])],
    how: [
      describeTarget(target),
      `its ${kind}${describeLacking(order.slice(0, order.indexOf(kind)))}`,
      ...(others.length > 0 ? [`passed over, as they do not run: ${describeInstances(others)}`] : []),
    ].join('; '),
  };
}

const describeLacking = (kinds: AddressOrder | readonly string[]): string =>
  kinds.length === 0 ? '' : `, for it has no ${kinds.join(' and no ')}`;

function describeTarget(target: Ec2Target): string {
  switch (target.kind) {
    case 'instances':
      return `instance-id ${target.ids.join(', ')}`;
    case 'filters':
      return `instance-filters ${target.filters.map(({ name, values }) => `${name}=${values.map(value => value.replaceAll(',', '\\,')).join(',')}`).join(' ')}`;
    case 'group':
      return `auto-scaling-group ${target.name}`;
  }
}

const refuse = (reason: Reason, message: string, remedy: string): Failure =>
  new Failure({ reason, message, traffic: nothingContacted, remedy });
