import type { Inputs } from './inputs.ts';

/** Which host is meant. */
export type Target =
  | { readonly kind: 'instances'; readonly ids: readonly string[]; readonly region: string }
  | { readonly kind: 'filters'; readonly filters: readonly InstanceFilter[]; readonly region: string }
  | { readonly kind: 'group'; readonly name: string; readonly region: string }
  | { readonly kind: 'address'; readonly address: string };

/** Instances of EC2. */
export type Ec2Target = Exclude<Target, { kind: 'address' }>;

export interface InstanceFilter {
  readonly name: string;
  readonly values: readonly string[];
}

/** Of a DNS name (RFC 1035). */
const longestName = 253;
const addressPattern = /^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)$/;

/**
 * Reads `instance-id`, `instance-filters`, `auto-scaling-group`, `host`: exactly one of them. `region` is AWS_REGION or
 * empty.
 */
export function readTarget(inputs: Inputs, region: string): Target {
  const ids = inputs.lines('instance-id').flatMap(line => line.split(/[\s,]+/));
  const filterLines = inputs.lines('instance-filters');
  const addresses = inputs.lines('host').flatMap(line => line.split(/[\s,]+/));
  const group = inputs.lines('auto-scaling-group');
  const given = [ids, filterLines, group, addresses].filter(one => one.length > 0).length;
  if (given !== 1) {
    inputs.refuse(
      'instance-id',
      `exactly one of instance-id, instance-filters, auto-scaling-group and host (${given === 0 ? 'none' : given} given)`,
    );
  }
  if (addresses.length > 0) return readAddress(inputs, addresses);
  const usedRegion = inputs.text('aws-region') || region;
  if (given === 1 && !/^[a-z]{2,8}(-[a-z]{2,16})+-\d{1,2}$/.test(usedRegion)) {
    inputs.refuse('aws-region', 'a region such as ap-northeast-2, as this input or as AWS_REGION');
  }
  if (filterLines.length > 0)
    return { kind: 'filters', filters: readFilters(inputs, filterLines), region: usedRegion };
  if (group.length > 0) return { kind: 'group', name: readGroup(inputs), region: usedRegion };
  if (ids.some(id => !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)))
    inputs.refuse('instance-id', 'ids such as i-0123456789abcdef0');
  return { kind: 'instances', ids, region: usedRegion };
}

function readAddress(inputs: Inputs, addresses: readonly string[]): Target {
  const [address = ''] = addresses;
  if (addresses.length > 1) inputs.refuse('host', 'one address; deploys go to one host at a time');
  else if (!addressPattern.test(address) || address.length > longestName)
    inputs.refuse('host', 'a host name, an IPv4 or an IPv6 address');
  return { kind: 'address', address };
}

const readGroup = (inputs: Inputs): string =>
  inputs.matching('auto-scaling-group', /^.{1,255}$/, 'the name of one Auto Scaling group');

function readFilters(inputs: Inputs, lines: readonly string[]): readonly InstanceFilter[] {
  return lines.map(line => {
    const [, name, values] = /^([A-Za-z][^=,]*)=(.+)$/.exec(line) ?? [];
    if (name === undefined || values === undefined) {
      inputs.refuse('instance-filters', 'one filter a line as Name=value,value, such as tag:Role=web');
    }
    return { name: name ?? '', values: readValues(values ?? '') };
  });
}

/** Values between commas; `\,` is a comma of the value, and every other `\` is for EC2, where it makes `*` and `?` plain. */
function readValues(text: string): readonly string[] {
  const values = [''];
  for (const [part] of text.matchAll(/\\.|./g)) {
    if (part === ',') values.push('');
    else values.push((values.pop() ?? '') + (part === '\\,' ? ',' : part));
  }
  return values;
}
