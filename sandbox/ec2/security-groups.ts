import { Ec2Fault } from './fault.ts';

/** An inbound rule; ports are left out where the protocol is `-1`, which is all. */
export interface Rule {
  readonly protocol: string;
  readonly from?: number;
  readonly to?: number;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly prefixList?: string;
  readonly description?: string;
}

/** A security group, each of whose rules has one source. */
export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** The groups of these ids. Throws an `Ec2Fault` when one is not known. */
export function findGroups(
  ids: readonly string[],
  groups: readonly SecurityGroup[],
): readonly SecurityGroup[] {
  return ids.map(id => {
    const group = groups.find(one => one.id === id);
    if (group !== undefined) return group;
    throw new Ec2Fault(400, 'InvalidGroup.NotFound', `The security group '${id}' does not exist`);
  });
}

/**
 * The group with the rules of an AuthorizeSecurityGroupIngress added. Throws an `Ec2Fault` when one of them is there
 * already, or when there are more than `most` then.
 */
export function authorizeIngress(query: URLSearchParams, group: SecurityGroup, most: number): SecurityGroup {
  const added = readRules(query);
  for (const rule of added) {
    if (group.rules.some(one => keyOf(one) === keyOf(rule))) {
      const message = `the specified rule "peer: ${rule.ipv4 ?? rule.ipv6}, ${rule.protocol.toUpperCase()}, from port: ${rule.from}, to port: ${rule.to}, ALLOW" already exists`;
      throw new Ec2Fault(400, 'InvalidPermission.Duplicate', message);
    }
  }
  if (group.rules.length + added.length > most) {
    const message = 'The maximum number of rules per security group has been reached.';
    throw new Ec2Fault(400, 'RulesPerSecurityGroupLimitExceeded', message);
  }
  return { ...group, rules: [...group.rules, ...added] };
}

const keyOf = ({ protocol, from, to, ipv4, ipv6, prefixList }: Rule): string =>
  [protocol, from, to, ipv4, ipv6, prefixList].join('/');

function readRules(query: URLSearchParams): readonly Rule[] {
  const rules: Rule[] = [];
  for (let number = 1; query.has(`IpPermissions.${number}.IpProtocol`); number++) {
    const prefix = `IpPermissions.${number}`;
    const port = (name: string) => ({
      [name.toLowerCase().replace('port', '')]: Number(query.get(`${prefix}.${name}`)),
    });
    const base = {
      protocol: query.get(`${prefix}.IpProtocol`) ?? '',
      ...port('FromPort'),
      ...port('ToPort'),
    };
    for (const [list, field, key] of [
      ['IpRanges', 'CidrIp', 'ipv4'],
      ['Ipv6Ranges', 'CidrIpv6', 'ipv6'],
    ] as const) {
      for (let range = 1; query.has(`${prefix}.${list}.${range}.${field}`); range++) {
        const description = query.get(`${prefix}.${list}.${range}.Description`) ?? '';
        rules.push({ ...base, [key]: query.get(`${prefix}.${list}.${range}.${field}`) ?? '', description });
      }
    }
  }
  if (rules.length === 0)
    throw new Ec2Fault(
      400,
      'MissingParameter',
      'Either ipPermissions or securityGroupRules should be provided.',
    );
  return rules;
}
