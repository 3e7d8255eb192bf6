import type { Instance } from '@aws-sdk/client-ec2';
import type { AddressOrder } from '../config/address.ts';
import type { Ec2Target, Target } from '../config/target.ts';
import { Failure, nothingContacted, type Reason } from '../failure.ts';
import type { Aws } from './client-settings.ts';
import { describeTarget, findInstances } from './find-instances.ts';
import {
  describeInstance,
  describeInstances,
  type FoundInstance,
  readAddresses,
  readInstance,
  stateOf,
} from './instance.ts';

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
  const instances = await findInstances(target, aws);
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

const refuse = (reason: Reason, message: string, remedy: string): Failure =>
  new Failure({ reason, message, traffic: nothingContacted, remedy });
