import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Refusal } from '../../sandbox/ec2/refusals.ts';
import { findHosts } from '../../src/aws/find-host.ts';
import { explainAwsError } from '../../src/aws/refusal.ts';
import type { FailureText } from '../../src/failure.ts';
import { temporaryFolder } from '../host/temporary-folder.ts';
import { failureOf, pointTo, startedEc2 } from './ec2-endpoint.ts';

const id = 'i-0123456789abcdef0';
const nowhere = 'http://127.0.0.1:9';

/** What finding an instance fails with in an environment. */
async function failureIn(env: NodeJS.ProcessEnv, region = 'eu-west-1'): Promise<FailureText> {
  const aws = { env, tell: () => undefined };
  const failure = await failureOf(findHosts({ kind: 'instances', ids: [id], region }, ['private-ip'], aws));
  assert.equal(failure.reason, 'aws-refused');
  assert.match(failure.message, new RegExp(`^AWS in ${region} did not answer ec2:DescribeInstances: `));
  assert.equal(failure.traffic, 'No host was contacted; the traffic is as it was.');
  return failure;
}

async function refused(
  t: TestContext,
  refuse: Refusal,
  more: Readonly<Record<string, string>> = {},
  region?: string,
) {
  const { ec2 } = await startedEc2(t, [{ instanceId: id, address: '10.99.1.2' }], { refuse });
  return await failureIn(pointTo(ec2.url, more), region);
}

/** A server on the loopback address. Gives its URL. */
async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${Object(server.address()).port}`;
}

test('credentials that AWS does not know: key, session token, partition and region are what it may be', async t => {
  const plain = await refused(t, 'credentials');
  assert.match(plain.message, /AuthFailure: AWS was not able to validate/);
  assert.match(plain.remedy, /deleted, inactive or mistyped\. Put aws-actions\/configure-aws-credentials/);
  assert.match(plain.remedy, /not enabled for the account/);
  const noToken = await refused(t, 'credentials', { AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE' });
  assert.match(noToken.remedy, /AWS_SESSION_TOKEN is missing/);
  for (const [region, partition] of [
    ['cn-north-1', 'cn-…'],
    ['us-gov-west-1', 'us-gov-…'],
    ['eusc-de-east-1', 'eusc-…'],
  ] as const) {
    const failure = await refused(t, 'credentials', {}, region);
    assert.ok(
      failure.remedy.includes(`The regions ${partition} take only credentials of their own accounts`),
    );
  }
});

test('a session that is over says where its step belongs', async t => {
  const { remedy } = await refused(t, 'expired');
  assert.match(remedy, /no longer valid.*configure-aws-credentials before this step, after a long build/);
  assert.match(remedy, /role-duration-seconds.*clock of the runner/);
});

test('a missing right names the role and the call, without the kilobyte that only AWS can read', async t => {
  const failure = await refused(t, 'permission');
  assert.match(
    failure.message,
    /because no identity-based policy allows the ec2:DescribeInstances action\.?$/,
  );
  assert.equal(
    failure.remedy,
    'Allow ec2:DescribeInstances in the policy of the role deployer; docs/aws.md has the policies.',
  );
  const denied = await refused(t, 'denial');
  assert.match(denied.message, /explicit deny in a service control policy/);
  assert.match(
    denied.remedy,
    /^A policy denies ec2:DescribeInstances to the role deployer; .*An Allow does not help/,
  );
});

test('a region that is not enabled is told as such', async t => {
  assert.match((await refused(t, 'region')).remedy, /^Enable the region eu-west-1/);
});

test('no credentials: what is not set is named, and whether the job may ask for a token', async () => {
  const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
  const bare = await failureIn(pointTo(nowhere, none));
  assert.match(bare.message, /CredentialsProviderError/);
  assert.match(
    bare.remedy,
    /AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set or empty.*id-token: write, which it does not have/,
  );
  const allowed = await failureIn({
    ...pointTo(nowhere, none),
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.invalid',
  });
  assert.match(allowed.remedy, /with role-to-assume; the job has the right to ask for an OIDC token already/);
  const half = await failureIn(pointTo(nowhere, { AWS_SECRET_ACCESS_KEY: '' }));
  assert.match(half.remedy, /^AWS_SECRET_ACCESS_KEY is not set or empty, while the other half/);
  const profile = await failureIn(pointTo(nowhere, { ...none, AWS_PROFILE: 'office' }));
  assert.match(profile.remedy, /^AWS_PROFILE names the profile 'office'/);
});

test('an instance metadata service that does not answer is not waited for without end', async t => {
  const silent = await serve(t, () => undefined);
  const { remedy } = await failureIn(
    pointTo(nowhere, {
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: silent,
    }),
  );
  assert.match(remedy, /^No AWS credentials are in this job/);
});

test('a role that AWS does not give says what its trust policy must name; a token file that is not there is named', async t => {
  const refusals = [
    ['AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'],
    [
      'InvalidIdentityToken',
      'No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com',
    ],
  ] as const;
  const token = join(temporaryFolder(t), 'token');
  writeFileSync(token, 'a.b.c');
  for (const [code, message] of refusals) {
    const sts = await serve(t, (_request, response) =>
      response
        .writeHead(400, { 'content-type': 'text/xml' })
        .end(
          `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
        ),
    );
    const role = {
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/deployer',
      AWS_WEB_IDENTITY_TOKEN_FILE: token,
      AWS_ENDPOINT_URL_STS: sts,
    };
    const failure = await failureIn(pointTo(nowhere, role));
    assert.ok(failure.message.includes(message), failure.message);
    assert.match(
      failure.remedy,
      /^AWS did not give arn:aws:iam::123456789012:role\/deployer to this job: its trust policy/,
    );
    const gone = await failureIn(pointTo(nowhere, { ...role, AWS_WEB_IDENTITY_TOKEN_FILE: `${token}.gone` }));
    assert.match(gone.remedy, /^AWS_WEB_IDENTITY_TOKEN_FILE names a file that is not there/);
  }
});

test('an endpoint of one’s own that is not reached, or is no URL, is named by its variable', async () => {
  const few = { AWS_MAX_ATTEMPTS: '1' };
  const refusing = await failureIn(pointTo(nowhere, few));
  assert.match(refusing.message, /: connect ECONNREFUSED 127\.0\.0\.1:9$/);
  assert.match(refusing.remedy, /^AWS_ENDPOINT_URL_EC2 names an endpoint that is not reached/);
  assert.match((await failureIn(pointTo('office', few))).remedy, /^AWS_ENDPOINT_URL_EC2 names/);
  const general = await failureIn(pointTo('', { ...few, AWS_ENDPOINT_URL: nowhere }));
  assert.match(general.remedy, /^AWS_ENDPOINT_URL names/);
});

test('a region without a name in DNS is asked about; a runner without a way out is told of the proxy variable', () => {
  const call = { permission: 'ec2:DescribeInstances', region: 'xx-none-1', env: {} };
  const explain = (code: string) =>
    explainAwsError(
      Object.assign(new Error(`getaddrinfo ${code} ec2.xx-none-1.amazonaws.com`), { code }),
      call,
    ).text;
  assert.match(
    explain('ENOTFOUND').remedy,
    /^Check aws-region, xx-none-1: there may be no such region, or the runner has no DNS/,
  );
  assert.match(explain('ETIMEDOUT').remedy, /where it needs a proxy, set HTTPS_PROXY/);
});
