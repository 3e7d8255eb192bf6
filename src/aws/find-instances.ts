import type { Filter, Instance } from '@aws-sdk/client-ec2';
import type { Ec2Target } from '../config/target.ts';
import { Failure, nothingContacted } from '../failure.ts';
import type { Aws } from './client-settings.ts';
import { openEc2 } from './ec2.ts';
import { explainAwsError } from './refusal.ts';

const perPage = 1000;

/**
 * All instances that a target matches, whatever their state, of all pages. Throws a Failure: host-not-found for an id that
 * EC2 does not know, input-invalid for filters that it does not take, aws-refused.
 */
export async function findInstances(target: Ec2Target, aws: Aws): Promise<readonly Instance[]> {
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

/** What was asked for, as it stands in the inputs. */
export function describeTarget(target: Ec2Target): string {
  switch (target.kind) {
    case 'instances':
      return `instance-id ${target.ids.join(', ')}`;
    case 'filters':
      return `instance-filters ${target.filters.map(({ name, values }) => `${name}=${values.map(value => value.replaceAll(',', '\\,')).join(',')}`).join(' ')}`;
    case 'group':
      return `auto-scaling-group ${target.name}`;
  }
}

const refuse = (reason: 'host-not-found' | 'input-invalid', message: string, remedy: string): Failure =>
  new Failure({ reason, message, traffic: nothingContacted, remedy });
