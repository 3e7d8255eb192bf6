import { type ConnectEndpoint, describeConnectEndpoints } from './connect-endpoints.ts';
import { Ec2Fault } from './fault.ts';
import { checkFilters, passesFilters, readFilters, readList } from './filters.ts';
import type { Instance } from './instance.ts';
import { authorizeIngress, findGroups, type SecurityGroup } from './security-groups.ts';
import { readTags } from './tags.ts';
import { writeConsoleOutput, writeDone, writeInstances, writeSecurityGroups } from './xml.ts';

/** What an action works on; those that write put others in place. */
export interface World {
  readonly instances: Instance[];
  readonly connectEndpoints: readonly ConnectEndpoint[];
  readonly groups: SecurityGroup[];
  /** The most instances in one answer, also when the client sets no `MaxResults`. */
  readonly pageSize: number;
  /** The most rules that a security group may have. */
  readonly mostRules: number;
}

/** Performs one EC2 action in a region; gives the answer's XML. Throws an `Ec2Fault` as EC2 refuses. */
export function performAction(query: URLSearchParams, world: World, region: string): string {
  const action = query.get('Action') ?? '';
  switch (action) {
    case 'DescribeInstances':
      return describeInstances(query, world, region);
    case 'GetConsoleOutput':
      return getConsoleOutput(query, world);
    case 'DescribeInstanceConnectEndpoints':
      return describeConnectEndpoints(query, world.connectEndpoints);
    case 'CreateTags':
      return createTags(query, world);
    case 'DescribeSecurityGroups':
      return writeSecurityGroups(findGroups(readList(query, 'GroupId'), world.groups));
    case 'AuthorizeSecurityGroupIngress':
      return authorize(query, world);
    default:
      throw new Ec2Fault(400, 'InvalidAction', `The action ${action} is not valid for this web service.`);
  }
}

function getConsoleOutput(query: URLSearchParams, world: World): string {
  const [instance] = findInstances([query.get('InstanceId') ?? ''], world.instances);
  const isLatest = query.get('Latest') === 'true';
  const text = isLatest ? instance.latestConsoleOutput : instance.consoleOutput;
  if (text !== undefined) return writeConsoleOutput(instance, text);
  const why = 'This instance type does not support retrieving the latest console logs.';
  throw new Ec2Fault(400, 'UnsupportedOperation', why);
}

function describeInstances(query: URLSearchParams, world: World, region: string): string {
  const ids = readList(query, 'InstanceId');
  const filters = readFilters(query);
  const pageSize = readPageSize(query, ids, world.pageSize);
  checkFilters(filters);
  const [first, ...more] = ids;
  const chosen = first === undefined ? world.instances : findInstances([first, ...more], world.instances);
  const passed = chosen.filter(instance => passesFilters(instance, filters));
  const start = readToken(query);
  const next = start + pageSize < passed.length ? writeToken(start + pageSize) : '';
  return writeInstances(passed.slice(start, start + pageSize), region, next);
}

function createTags(query: URLSearchParams, { instances }: World): string {
  const tagged = findInstances(readFirst(readList(query, 'ResourceId')), instances);
  const added = readTags(query);
  for (const [index, instance] of instances.entries()) {
    if (!tagged.includes(instance)) continue;
    const kept = instance.tags.filter(([key]) => !added.some(([other]) => other === key));
    instances[index] = { ...instance, tags: [...kept, ...added] };
  }
  return writeDone('CreateTags');
}

function authorize(query: URLSearchParams, { groups, mostRules }: World): string {
  for (const group of findGroups([query.get('GroupId') ?? ''], groups)) {
    groups[groups.indexOf(group)] = authorizeIngress(query, group, mostRules);
  }
  return writeDone('AuthorizeSecurityGroupIngress');
}

const readFirst = ([first = '', ...more]: readonly string[]): readonly [string, ...string[]] => [
  first,
  ...more,
];

function findInstances(
  ids: readonly [string, ...string[]],
  instances: readonly Instance[],
): readonly [Instance, ...Instance[]] {
  const malformed = ids.find(id => !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id));
  if (malformed !== undefined) {
    throw new Ec2Fault(400, 'InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  }
  const known = instances.map(({ instanceId }) => instanceId);
  const unknown = ids.filter(id => !known.includes(id));
  const [first, ...more] = instances.filter(({ instanceId }) => ids.includes(instanceId));
  if (unknown.length > 0 || first === undefined) {
    const told = unknown.length === 1 ? `ID '${unknown[0]}' does` : `IDs '${unknown.join(', ')}' do`;
    throw new Ec2Fault(400, 'InvalidInstanceID.NotFound', `The instance ${told} not exist`);
  }
  return [first, ...more];
}

function readPageSize(query: URLSearchParams, ids: readonly string[], limit: number): number {
  const text = query.get('MaxResults');
  // EC2 never cuts an answer to named instances into pages.
  if (text === null) return ids.length > 0 ? Number.MAX_SAFE_INTEGER : limit;
  if (ids.length > 0) {
    const message = 'The parameter instancesSet cannot be used with the parameter maxResults';
    throw new Ec2Fault(400, 'InvalidParameterCombination', message);
  }
  const size = Number(text);
  if (!Number.isInteger(size) || size < 5 || size > 1000) {
    throw new Ec2Fault(
      400,
      'InvalidParameterValue',
      `Value ( ${text} ) for parameter maxResults is invalid.`,
    );
  }
  return Math.min(size, limit);
}

function writeToken(start: number): string {
  return Buffer.from(`start=${start}`).toString('base64url');
}

function readToken(query: URLSearchParams): number {
  const token = query.get('NextToken');
  if (token === null) return 0;
  const start = /^start=(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (start === undefined) throw new Ec2Fault(400, 'InvalidNextToken', 'The token is invalid.');
  return Number(start);
}
