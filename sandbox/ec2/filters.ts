import { Ec2Fault } from './fault.ts';
import { type Instance, STATE_CODES } from './instance.ts';

/** One `Filter.N`: an instance passes if any of the values matches. */
export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

const FIELDS: Readonly<Record<string, (instance: Instance) => readonly string[]>> = {
  'instance-id': instance => [instance.instanceId],
  'instance-state-name': instance => [instance.state],
  'instance-state-code': instance => [String(STATE_CODES[instance.state])],
  'private-ip-address': instance => [instance.privateAddress],
  'private-dns-name': instance => [instance.privateName],
  'ip-address': instance => [instance.publicAddress],
  'dns-name': instance => [instance.publicName],
  'network-interface.ipv6-addresses.ipv6-address': instance => [instance.ipv6Address],
  'tag-key': instance => instance.tags.map(([key]) => key),
  'tag-value': instance => instance.tags.map(([, value]) => value),
};

/** Reads `Filter.N.Name` and `Filter.N.Value.M` of a query. */
export function readFilters(query: URLSearchParams): readonly Filter[] {
  const filters: Filter[] = [];
  for (let number = 1; query.has(`Filter.${number}.Name`); number++) {
    const name = query.get(`Filter.${number}.Name`) ?? '';
    filters.push({ name, values: readList(query, `Filter.${number}.Value`) });
  }
  return filters;
}

/** Reads `PREFIX.1`, `PREFIX.2`, … of a query. */
export function readList(query: URLSearchParams, prefix: string): readonly string[] {
  const values: string[] = [];
  for (let number = 1; query.has(`${prefix}.${number}`); number++) {
    values.push(query.get(`${prefix}.${number}`) ?? '');
  }
  return values;
}

/** Whether an instance passes all filters. Throws an `Ec2Fault` on a filter that EC2 does not know. */
export function passesFilters(instance: Instance, filters: readonly Filter[]): boolean {
  return filters.every(filter => {
    const found = readField(instance, filter.name).filter(value => value !== '');
    return filter.values.some(pattern => found.some(value => matches(pattern, value)));
  });
}

/** Throws an `Ec2Fault` if a filter has no values or a name that EC2 does not know. */
export function checkFilters(filters: readonly Filter[]): void {
  for (const { name, values } of filters) {
    if (!name.startsWith('tag:') && FIELDS[name] === undefined) {
      throw new Ec2Fault(400, 'InvalidParameterValue', `The filter '${name}' is invalid`);
    }
    if (values.length === 0) {
      throw new Ec2Fault(400, 'InvalidParameterValue', 'The filter value list must not be empty');
    }
  }
}

function readField(instance: Instance, name: string): readonly string[] {
  if (!name.startsWith('tag:')) return FIELDS[name]?.(instance) ?? [];
  const wanted = name.slice('tag:'.length);
  return instance.tags.filter(([key]) => key === wanted).map(([, value]) => value);
}

/** Matches with EC2's wildcards: `*`, `?`, and `\` before a literal one. */
function matches(pattern: string, value: string): boolean {
  const source = pattern.replaceAll(/\\(.)|[\s\S]/g, (one: string, escaped: string | undefined) => {
    if (escaped !== undefined) return escapePattern(escaped);
    if (one === '*') return '[\\s\\S]*';
    return one === '?' ? '[\\s\\S]' : escapePattern(one);
  });
  return new RegExp(`^${source}$`).test(value);
}

function escapePattern(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}
