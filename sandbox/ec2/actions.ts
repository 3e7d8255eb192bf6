import { type ConnectEndpoint, describeConnectEndpoints } from './connect-endpoints.ts';
import { Ec2Fault } from './fault.ts';
import { checkFilters, passesFilters, readFilters, readList } from './filters.ts';
import type { Instance } from './instance.ts';
import { writeConsoleOutput, writeInstances } from './xml.ts';

/** What an action works on. */
export interface World {
  readonly instances: readonly Instance[];
  readonly connectEndpoints: readonly ConnectEndpoint[];
  readonly region: string;
  /** The most instances in one answer, also when the client sets no `MaxResults`. */
  readonly pageSize: number;
}

/** Performs one EC2 action; gives the answer's XML. Throws an `Ec2Fault` as EC2 refuses. */
export function performAction(query: URLSearchParams, world: World): string {
  const action = query.get('Action') ?? '';
  switch (action) {
    case 'DescribeInstances':
      return describeInstances(query, world);
    case 'GetConsoleOutput':
      return writeConsoleOutput(findInstances([query.get('InstanceId') ?? ''], world.instances)[0]);
    case 'DescribeInstanceConnectEndpoints':
      return describeConnectEndpoints(query, world.connectEndpoints);
    default:
      throw new Ec2Fault(400, 'InvalidAction', `The action ${action} is not valid for this web service.`);
  }
}

function describeInstances(query: URLSearchParams, world: World): string {
  const ids = readList(query, 'InstanceId');
  const filters = readFilters(query);
  const pageSize = readPageSize(query, ids, world.pageSize);
  checkFilters(filters);
  const [first, ...more] = ids;
  const chosen = first === undefined ? world.instances : findInstances([first, ...more], world.instances);
  const passed = chosen.filter(instance => passesFilters(instance, filters));
  const start = readToken(query);
  const next = start + pageSize < passed.length ? writeToken(start + pageSize) : '';
  return writeInstances(passed.slice(start, start + pageSize), world.region, next);
}

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
