import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { request as send } from 'node:http';
import { createServer } from 'node:https';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { startEc2 } from '../../sandbox/ec2/ec2.ts';
import { makeCertificate } from '../../sandbox/instance-connect/certificate.ts';
import type { FailureText } from '../../src/failure.ts';
import { startProxy } from './http-proxy.ts';

const id = 'i-0123456789abcdef0';

/** Finds an instance as a process of its own, which reads these variables at its start, as a step of a runner does. */
const program = `
import { findHosts } from ${JSON.stringify(new URL('../../src/aws/find-host.ts', import.meta.url).href)};
const target = { kind: 'instances', ids: ['${id}'], region: process.argv[1] };
findHosts(target, ['private-ip'], { env: process.env, tell: () => undefined })
  .then(([host]) => host.address, error => error.text ?? { message: String(error.stack) })
  .then(result => process.stdout.write(JSON.stringify(result), () => process.exit()));
`;

async function findAlone(region: string, env: Readonly<Record<string, string>>): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', program, region],
    {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: '/nonexistent',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_MAX_ATTEMPTS: '2',
        ...env,
      },
    },
  );
  return JSON.parse(stdout);
}

async function failureAlone(region: string, env: Readonly<Record<string, string>>): Promise<FailureText> {
  const failure = Object(await findAlone(region, env));
  assert.equal(failure.reason, 'aws-refused', JSON.stringify(failure));
  return failure;
}

/** EC2 behind TLS, for the names that it has in each partition; gives its port and the file of its CA. */
async function startTlsEc2(t: TestContext, names: readonly string[]) {
  const ec2 = await startEc2([{ instanceId: id, address: '10.99.1.2' }], { prefer: 'own' });
  t.after(() => ec2.stop());
  const { cert, key, file: ca, remove } = await makeCertificate(names);
  t.after(remove);
  const { port: plain } = new URL(ec2.url);
  const server = createServer({ key, cert }, (request, response) => {
    const { method, headers } = request;
    const onward = send({ port: plain, host: '127.0.0.1', method, headers, path: '/' }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: Number(Object(server.address()).port), ca, ec2 };
}

const endpoints: readonly (readonly [region: string, name: string, env: Readonly<Record<string, string>>])[] =
  [
    ['eu-west-1', 'ec2.eu-west-1.amazonaws.com', {}],
    ['cn-north-1', 'ec2.cn-north-1.amazonaws.com.cn', {}],
    ['us-gov-west-1', 'ec2.us-gov-west-1.amazonaws.com', {}],
    ['eusc-de-east-1', 'ec2.eusc-de-east-1.amazonaws.eu', {}],
    ['us-east-1', 'ec2-fips.us-east-1.amazonaws.com', { AWS_USE_FIPS_ENDPOINT: 'true' }],
    ['eu-west-1', 'ec2.eu-west-1.api.aws', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }],
  ];

test('through the proxy go the calls of every partition, FIPS and dual stack, to their own names', async t => {
  const { port, ca } = await startTlsEc2(
    t,
    endpoints.map(([, name]) => name),
  );
  const proxy = await startProxy(t, { to: port });
  const found = endpoints.map(([region, , env]) =>
    findAlone(region, { https_proxy: `http://127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: ca, ...env }),
  );
  assert.deepEqual(
    await Promise.all(found),
    endpoints.map(() => '10.99.1.2'),
  );
  assert.deepEqual(proxy.asked.toSorted(), endpoints.map(([, name]) => `CONNECT ${name}:443`).toSorted());
});

test('a proxy gets its user and password, however it is spelled; without them, or where it forbids, the remedy says so', async t => {
  const { port, ca } = await startTlsEc2(t, ['ec2.eu-west-1.amazonaws.com']);
  const { port: guarded } = await startProxy(t, { to: port, only: 'runner:p@ss' });
  const given = { HTTPS_PROXY: `runner:p%40ss@127.0.0.1:${guarded}`, NODE_EXTRA_CA_CERTS: ca };
  const { port: closed } = await startProxy(t, { to: port, forbids: true });
  const [found, nameless, forbidden, untrusted] = await Promise.all([
    findAlone('eu-west-1', given),
    failureAlone('eu-west-1', { HTTPS_PROXY: `http://127.0.0.1:${guarded}` }),
    failureAlone('eu-west-1', { HTTPS_PROXY: `http://runner:p%40ss@127.0.0.1:${closed}` }),
    failureAlone('eu-west-1', { HTTPS_PROXY: given.HTTPS_PROXY }),
  ]);
  assert.equal(found, '10.99.1.2');
  assert.match(nameless.remedy, /^The proxy asks for a user and a password/);
  assert.match(forbidden.message, /Failed to establish tunnel to ec2\.eu-west-1\.amazonaws\.com:443/);
  assert.doesNotMatch(forbidden.message, /p@ss|p%40ss/);
  assert.match(forbidden.remedy, /^The proxy of HTTPS_PROXY does not let the runner through/);
  assert.match(untrusted.remedy, /NODE_EXTRA_CA_CERTS/);
});

test('a plain endpoint goes through http_proxy; no_proxy names hosts and those below them', async t => {
  const ec2 = await startEc2([{ instanceId: id, address: '10.99.1.2' }], { prefer: 'own' });
  t.after(() => ec2.stop());
  const { port } = new URL(ec2.url);
  const proxy = await startProxy(t, { to: Number(port) });
  const env = {
    http_proxy: `http://127.0.0.1:${proxy.port}`,
    AWS_ENDPOINT_URL_EC2: `http://ec2.office.invalid:${port}`,
  };
  assert.equal(await findAlone('eu-west-1', env), '10.99.1.2');
  assert.deepEqual(proxy.asked, [`POST http://ec2.office.invalid:${port}/`]);
  const aside = await Promise.all(
    ['office.invalid', '.office.invalid', 'other.example, ec2.office.invalid', '*'].map(no_proxy =>
      failureAlone('eu-west-1', { ...env, no_proxy }),
    ),
  );
  for (const { message } of aside) assert.match(message, /ec2\.office\.invalid$/);
  const loopback = { ...env, AWS_ENDPOINT_URL_EC2: ec2.url };
  assert.equal(await findAlone('eu-west-1', loopback), '10.99.1.2');
  assert.equal(await findAlone('eu-west-1', { ...env, NO_PROXY: 'fice.invalid' }), '10.99.1.2');
  assert.equal(proxy.asked.length, 2);
});

test('what is no http proxy is refused without its value; one that is not there is named', async () => {
  const [socks, gone] = await Promise.all([
    failureAlone('eu-west-1', { HTTPS_PROXY: 'socks5://runner:secret@127.0.0.1:9' }),
    failureAlone('eu-west-1', { https_proxy: 'http://127.0.0.1:9' }),
  ]);
  assert.match(socks.message, /^HTTPS_PROXY names no http or https proxy/);
  assert.doesNotMatch(JSON.stringify(socks), /secret/);
  assert.match(gone.remedy, /^The runner does not reach AWS through the proxy that https_proxy names/);
});
