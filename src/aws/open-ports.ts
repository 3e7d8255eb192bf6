import type { IpPermission } from '@aws-sdk/client-ec2';
import { Failure } from '../failure.ts';
import type { Aws } from './client-settings.ts';
import { type Ec2, openEc2 } from './ec2.ts';
import type { FoundInstance } from './instance.ts';
import { type AwsCall, askAws, explainAwsError } from './refusal.ts';

/** A port and the addresses that are to be let in there. */
interface Opening {
  readonly port: number;
  readonly from: '0.0.0.0/0' | '::/0';
}

const description = 'nginx-bluegreen: open-ports of setup';

/**
 * Says what `openPorts` would do, as a clause; empty where the ports are let in from everywhere already. Throws a Failure:
 * input-invalid when something is missing and the instance has several groups or none, aws-refused. The traffic is the
 * caller's to tell.
 */
export async function surveyPorts(
  instance: FoundInstance,
  ports: readonly number[],
  aws: Aws,
): Promise<string> {
  const { group, lacking } = await look(await openEc2(instance.region, aws), instance, ports, aws);
  return lacking.length === 0
    ? ''
    : `let in ${describe(lacking)} by security group ${group.id} ${group.name}`;
}

/**
 * Lets TCP ports in from everywhere (0.0.0.0/0 and ::/0) by rules in the security group of the instance; a rule that is
 * there already and covers them counts, and no rule is changed or taken away. Gives a clause of what it did; empty when
 * there was nothing to do. Throws as `surveyPorts` does.
 */
export async function openPorts(
  instance: FoundInstance,
  ports: readonly number[],
  aws: Aws,
): Promise<string> {
  const ec2 = await openEc2(instance.region, aws);
  const { group, lacking } = await look(ec2, instance, ports, aws);
  if (lacking.length === 0) return '';
  for (const opening of lacking) await authorize(ec2, group.id, opening, callOf(instance, aws));
  return `security group ${group.id} ${group.name} now lets in ${describe(lacking)}`;
}

const callOf = ({ region }: FoundInstance, { env }: Aws) => ({ region, env, traffic: '' });

/** What is not let in yet, and the group that is to let it in. */
async function look(ec2: Ec2, instance: FoundInstance, ports: readonly number[], aws: Aws) {
  const lacking = missingFrom(await readRules(ec2, instance, callOf(instance, aws)), ports);
  const [group = { id: '', name: '' }, ...others] = instance.groups;
  if (lacking.length > 0 && (group.id === '' || others.length > 0)) throw ambiguous(instance, lacking);
  return { group, lacking };
}

async function readRules(
  { client, sdk }: Ec2,
  { groups }: FoundInstance,
  call: Omit<AwsCall, 'permission'>,
): Promise<readonly IpPermission[]> {
  if (groups.length === 0) return [];
  const answer = await askAws({ ...call, permission: 'ec2:DescribeSecurityGroups' }, () =>
    client.send(new sdk.DescribeSecurityGroupsCommand({ GroupIds: groups.map(({ id }) => id) })),
  );
  return (answer.SecurityGroups ?? []).flatMap(group => group.IpPermissions ?? []);
}

const missingFrom = (rules: readonly IpPermission[], ports: readonly number[]): readonly Opening[] =>
  ports
    .flatMap(port => [{ port, from: '0.0.0.0/0' } as const, { port, from: '::/0' } as const])
    .filter(opening => !rules.some(rule => covers(rule, opening)));

function covers(rule: IpPermission, { port, from }: Opening): boolean {
  const isOfPort =
    rule.IpProtocol === '-1' ||
    (rule.IpProtocol === 'tcp' && (rule.FromPort ?? 0) <= port && port <= (rule.ToPort ?? 65_535));
  const sources = [
    ...(rule.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
    ...(rule.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
  ];
  return isOfPort && sources.includes(from);
}

/** Writes a rule of its own for each opening, so that one which another run wrote meanwhile stands in no other's way. */
async function authorize(
  { client, sdk }: Ec2,
  groupId: string,
  { port, from }: Opening,
  call: Omit<AwsCall, 'permission'>,
): Promise<void> {
  const source =
    from === '::/0'
      ? { Ipv6Ranges: [{ CidrIpv6: from, Description: description }] }
      : { IpRanges: [{ CidrIp: from, Description: description }] };
  const rule: IpPermission = { IpProtocol: 'tcp', FromPort: port, ToPort: port, ...source };
  try {
    await client.send(
      new sdk.AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [rule] }),
    );
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidPermission.Duplicate') return;
    throw explainAwsError(error, { ...call, permission: 'ec2:AuthorizeSecurityGroupIngress' });
  }
}

function ambiguous({ id, groups }: FoundInstance, openings: readonly Opening[]): Failure {
  const what =
    groups.length === 0
      ? `${id} has no security group`
      : `${id} has ${groups.length} security groups (${describeGroups(groups)}), and which of them is meant is not clear`;
  return new Failure({
    reason: 'input-invalid',
    message: `open-ports did nothing: ${what}. Not let in yet: ${describe(openings)}.`,
    traffic: '',
    remedy: `Add the rules to the group that they belong to, by hand, and run again: what is let in already is found. Or leave open-ports out.`,
  });
}

const describe = (openings: readonly Opening[]): string =>
  openings.map(({ port, from }) => `TCP ${port} from ${from}`).join(', ');

const describeGroups = (groups: FoundInstance['groups']): string =>
  groups.map(({ id, name }) => `${id} ${name}`).join(', ');
