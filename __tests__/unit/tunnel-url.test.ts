import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  type Credentials,
  checkSignedQuery,
  SignatureFault,
} from '../../sandbox/instance-connect/signature.ts';
import { openEc2 } from '../../src/aws/ec2.ts';
import { signTunnelUrl, type TunnelRequest } from '../../src/aws/tunnel-url.ts';
import { pointTo } from './ec2-endpoint.ts';

const request: TunnelRequest = {
  endpoint: {
    id: 'eice-0123456789abcdef0',
    dnsName: 'eice-0123.ec2-instance-connect.eu-west-1.amazonaws.com',
  },
  region: 'eu-west-1',
  privateIp: '10.0.1.23',
  port: 22,
  longestSeconds: 960,
};
const credentials: Credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'se/cr+et' };
const session: Credentials = { ...credentials, sessionToken: 'IQoJ+b3/Jp==&x' };

async function sign(
  t: TestContext,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  changes: Partial<TunnelRequest> = {},
  systemClockOffset = 0,
): Promise<URL> {
  const env = pointTo('http://127.0.0.1:9', {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  });
  const { client } = await openEc2('eu-west-1', { env, tell: () => undefined });
  t.after(() => client.destroy());
  return new URL(await signTunnelUrl({ ...request, ...changes }, { ...client.config, systemClockOffset }));
}

const check = (url: URL, by: Credentials, at = Date.now()): string => {
  const signed = {
    method: 'GET',
    target: `${url.pathname}${url.search}`,
    headers: { host: url.host },
    body: Buffer.alloc(0),
  };
  try {
    checkSignedQuery(
      signed,
      { region: 'eu-west-1', service: 'ec2-instance-connect', credentials: by },
      new Date(at),
    );
    return 'accepted';
  } catch (error) {
    return error instanceof SignatureFault ? error.code : String(error);
  }
};

test('the URL asks for the tunnel in the words of the service', async t => {
  const url = await sign(t, credentials);
  assert.equal(`${url.protocol}//${url.host}${url.pathname}`, `wss://${request.endpoint.dnsName}/openTunnel`);
  const words = Object.fromEntries(url.searchParams);
  assert.match(words['X-Amz-Signature'] ?? '', /^[0-9a-f]{64}$/);
  assert.match(words['X-Amz-Date'] ?? '', /^\d{8}T\d{6}Z$/);
  assert.deepEqual(words, {
    instanceConnectEndpointId: 'eice-0123456789abcdef0',
    maxTunnelDuration: '960',
    privateIpAddress: '10.0.1.23',
    remotePort: '22',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `AKIDEXAMPLE/${words['X-Amz-Date']?.slice(0, 8)}/eu-west-1/ec2-instance-connect/aws4_request`,
    'X-Amz-Date': words['X-Amz-Date'],
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': words['X-Amz-Signature'],
  });
});

test('its signature is right by an implementation of its own, for a minute', async t => {
  const url = await sign(t, credentials);
  assert.equal(check(url, credentials), 'accepted');
  assert.equal(check(url, credentials, Date.now() + 55_000), 'accepted');
  assert.equal(check(url, credentials, Date.now() + 61_000), 'ExpiredTokenException');
  assert.equal(check(url, { ...credentials, secretAccessKey: 'x' }), 'SignatureDoesNotMatch');
  const other = new URL(url);
  other.searchParams.set('privateIpAddress', '10.0.1.24');
  assert.equal(check(other, credentials), 'SignatureDoesNotMatch');
});

test('with the session token of a role, whatever characters it has', async t => {
  const url = await sign(t, session);
  assert.equal(url.searchParams.get('X-Amz-Security-Token'), session.sessionToken);
  assert.equal(check(url, session), 'accepted');
  assert.equal(check(url, credentials), 'UnrecognizedClientException');
});

test('with a port in the name of the endpoint, which is part of the host that is signed', async t => {
  const url = await sign(t, credentials, { endpoint: { id: 'eice-1', dnsName: 'localhost:8443' } });
  assert.equal(url.host, 'localhost:8443');
  assert.equal(check(url, credentials), 'accepted');
});

test("the time is AWS's, where the runner's clock is wrong", async t => {
  const hour = 3_600_000;
  const url = await sign(t, credentials, {}, hour);
  assert.equal(check(url, credentials), 'ExpiredTokenException');
  assert.equal(check(url, credentials, Date.now() + hour), 'accepted');
});
