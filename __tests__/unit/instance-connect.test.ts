import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import type { Aws } from '../../src/aws/client-settings.ts';
import type { FoundInstance } from '../../src/aws/instance.ts';
import { pushPublicKey } from '../../src/aws/instance-connect.ts';
import { failureOf, pointTo } from './ec2-endpoint.ts';

const instance: FoundInstance = {
  id: 'i-0123456789abcdef0',
  region: 'eu-west-1',
  zone: 'eu-west-1a',
  privateIp: '10.0.1.23',
  vpcId: 'vpc-1',
  subnetId: 'subnet-1',
  groups: [],
  hostKeyTag: undefined,
};

interface Answer {
  readonly status: number;
  /** The error's name; none is a success. */
  readonly code?: string;
}

/** An API that gives these answers, one a call, and the last of them from then on. */
async function startApi(t: TestContext, answers: readonly Answer[]) {
  const calls: { readonly target: unknown; readonly body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    calls.push({ target: request.headers['x-amz-target'], body: JSON.parse(await text(request)) });
    const { status, code } = answers[Math.min(calls.length, answers.length) - 1] ?? { status: 500 };
    const body = code === undefined ? { Success: true } : { __type: `x#${code}`, Message: 'Told by AWS.' };
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const told: string[] = [];
  const push = (attempts: string): Promise<void> => {
    const env = pointTo('http://127.0.0.1:9', {
      AWS_ENDPOINT_URL_EC2_INSTANCE_CONNECT: `http://127.0.0.1:${port}`,
      AWS_MAX_ATTEMPTS: attempts,
    });
    const aws: Aws = { env, tell: line => told.push(line) };
    return pushPublicKey(instance, 'ec2-user', 'ssh-ed25519 AAAA', aws);
  };
  return { calls, told, push };
}

test('the instance, its zone, the user and the public key go to AWS, and the debug log hears of the call alone', async t => {
  const { calls, told, push } = await startApi(t, [{ status: 200 }]);
  await push('1');
  assert.deepEqual(calls, [
    {
      target: 'AWSEC2InstanceConnectService.SendSSHPublicKey',
      body: {
        InstanceId: 'i-0123456789abcdef0',
        InstanceOSUser: 'ec2-user',
        AvailabilityZone: 'eu-west-1a',
        SSHPublicKey: 'ssh-ed25519 AAAA',
      },
    },
  ]);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /SendSSHPublicKey\w* in eu-west-1: status 200/);
});

test('a throttled call is made again', async t => {
  const throttled = { status: 400, code: 'ThrottlingException' };
  const { calls, push } = await startApi(t, [throttled, throttled, { status: 200 }]);
  await push('4');
  assert.equal(calls.length, 3);
});

const refusals: readonly (readonly [
  code: string,
  status: number,
  reason: string,
  says: RegExp,
  cure: RegExp,
])[] = [
  ['EC2InstanceNotFoundException', 400, 'host-not-found', /does not know i-0123/, /Check aws-region/],
  ['EC2InstanceStateInvalidException', 400, 'host-not-running', /it is not running/, /Start it/],
  ['EC2InstanceUnavailableException', 503, 'host-not-running', /is not available/, /status checks/],
  ['EC2InstanceTypeInvalidException', 400, 'aws-refused', /does not serve i-0123/, /ssh-auth: key/],
  ['InvalidArgsException', 400, 'aws-refused', /with the user ec2-user/, /Check ssh-user/],
  ['AuthException', 403, 'aws-refused', /may not hand a key/, /Allow \S+:SendSSHPublicKey.*ec2:osuser/],
  ['AccessDeniedException', 400, 'aws-refused', /may not hand a key/, /must name ec2-user/],
  ['ThrottlingException', 400, 'aws-refused', /ThrottlingException/, /AWS limits the calls/],
  ['ServiceException', 500, 'aws-refused', /ServiceException/, /on the side of AWS/],
  ['InvalidSignatureException', 403, 'aws-refused', /InvalidSignature/, /does not know these credentials/],
  ['ExpiredTokenException', 403, 'aws-refused', /ExpiredToken/, /no longer valid/],
];
for (const [code, status, reason, says, cure] of refusals) {
  test(`${code} is ${reason}, with what AWS said and what to do`, async t => {
    const { push } = await startApi(t, [{ status, code }]);
    const failure = await failureOf(push('1'));
    assert.equal(failure.reason, reason);
    assert.match(failure.message, says);
    assert.match(failure.message, /Told by AWS/);
    assert.match(failure.remedy, cure);
  });
}
