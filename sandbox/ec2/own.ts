import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { performAction } from './actions.ts';
import type { Ec2, Ec2Options } from './endpoint.ts';
import { Ec2Fault } from './fault.ts';
import { describeHost, type Ec2Host } from './instance.ts';
import { refusals } from './refusals.ts';
import { writeFault } from './xml.ts';

const ALL = 1000;
const RULES = 60;

/** Starts the project's own endpoint of the EC2 Query protocol on a free port of the loopback address. */
export async function startOwnEc2(hosts: readonly Ec2Host[], options: Ec2Options): Promise<Ec2> {
  const instances = hosts.map(describeHost);
  const groups = new Map(instances.flatMap(one => one.groups).map(group => [group.id, group]));
  const world = {
    instances,
    groups: [...groups.values()],
    connectEndpoints: options.connectEndpoints ?? [],
    pageSize: options.pageSize ?? ALL,
    mostRules: options.mostRules ?? RULES,
  };
  let calls = 0;
  const answer = async (request: IncomingMessage): Promise<string> => {
    const query = await readQuery(request);
    const region = readRegion(request.headers.authorization);
    calls++;
    if (calls <= (options.throttleFirst ?? 0)) {
      throw new Ec2Fault(503, 'RequestLimitExceeded', 'Request limit exceeded.');
    }
    if (options.refuse !== undefined && calls > (options.refuseAfter ?? 0)) {
      throw refusals[options.refuse](query.get('Action') ?? '', region);
    }
    return performAction(query, world, region);
  };
  const server = createServer((request, response) => {
    answer(request)
      .then(xml => ({ status: 200, xml }), describeFailure)
      .then(({ status, xml }) =>
        response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8' }).end(xml),
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the EC2 endpoint has no port');
  return {
    kind: 'own',
    url: `http://127.0.0.1:${address.port}`,
    instanceIds: instances.map(({ instanceId }) => instanceId),
    calls: () => calls,
    instances: world.instances,
    groups: world.groups,
    stop: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function readQuery(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks).toString('utf8');
  return new URLSearchParams(body === '' ? (request.url ?? '').replace(/^[^?]*\??/, '') : body);
}

/** Gives the region that a request is signed for. Throws when it carries no SigV4 signature. */
function readRegion(authorization: string | undefined): string {
  const scope = /^AWS4-HMAC-SHA256 Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/ec2\/aws4_request,/;
  const parts = scope.exec(authorization ?? '');
  const region = parts?.[1];
  if (region === undefined || !/Signature=[0-9a-f]{64}/.test(authorization ?? '')) {
    throw new Ec2Fault(401, 'AuthFailure', 'AWS was not able to validate the provided access credentials');
  }
  return region;
}

function describeFailure(error: unknown): { readonly status: number; readonly xml: string } {
  const fault = error instanceof Ec2Fault ? error : new Ec2Fault(500, 'InternalError', String(error));
  return { status: fault.status, xml: writeFault(fault) };
}
