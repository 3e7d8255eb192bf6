import { Ec2Fault } from './fault.ts';
import { readFilters } from './filters.ts';
import { writeConnectEndpoints } from './xml.ts';

/** An EC2 Instance Connect Endpoint as EC2 is to tell it. */
export interface ConnectEndpoint {
  /** `eice-` and 17 hex digits. */
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
  /** `create-complete`, `create-in-progress`, … */
  readonly state: string;
  /** Where its WebSocket is; with a port where that is not 443. */
  readonly dnsName: string;
  readonly fipsDnsName?: string;
}

const FIELDS: Readonly<Record<string, (endpoint: ConnectEndpoint) => string>> = {
  'instance-connect-endpoint-id': endpoint => endpoint.id,
  state: endpoint => endpoint.state,
  'subnet-id': endpoint => endpoint.subnetId,
  'vpc-id': endpoint => endpoint.vpcId,
};

/** Performs DescribeInstanceConnectEndpoints; two in a page, so that few make several. */
export function describeConnectEndpoints(
  query: URLSearchParams,
  endpoints: readonly ConnectEndpoint[],
): string {
  const filters = readFilters(query);
  const unknown = filters.find(({ name }) => FIELDS[name] === undefined);
  if (unknown !== undefined)
    throw new Ec2Fault(400, 'InvalidParameterValue', `The filter '${unknown.name}' is invalid`);
  const passed = endpoints.filter(endpoint =>
    filters.every(({ name, values }) => values.includes(FIELDS[name]?.(endpoint) ?? '')),
  );
  const start = Number(query.get('NextToken') ?? 0);
  const next = start + 2 < passed.length ? String(start + 2) : '';
  return writeConnectEndpoints(passed.slice(start, start + 2), next);
}
