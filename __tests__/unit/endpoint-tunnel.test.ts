import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { after, before, type TestContext, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Certificate, makeCertificate } from '../../sandbox/instance-connect/certificate.ts';
import { endpointTunnel } from '../../src/aws/endpoint-tunnel.ts';
import type { FoundInstance } from '../../src/aws/instance.ts';
import { Failure } from '../../src/failure.ts';
import { startedEc2 } from './ec2-endpoint.ts';
import { startProxy } from './http-proxy.ts';

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

let certificate: Certificate;
before(async () => {
  certificate = await makeCertificate(['localhost', 'endpoint.invalid']);
  setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
});
after(() => certificate.remove());

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** An endpoint that does this with each WebSocket, or answers the request to open one. */
async function startEndpoint(
  t: TestContext,
  serve: (socket: WebSocket) => void,
  answer?: (connection: Duplex) => void,
): Promise<number> {
  const server = createServer({ cert: certificate.cert, key: certificate.key });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, connection, head) => {
    if (answer === undefined) sockets.handleUpgrade(request, connection, head, serve);
    else answer(connection);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  t.after(() => {
    for (const one of sockets.clients) one.terminate();
  });
  return portOf(server);
}

async function open(
  t: TestContext,
  dnsName: string,
  env: Readonly<Record<string, string>> = {},
  signal = new AbortController().signal,
): Promise<{ readonly stream: Duplex; readonly told: readonly string[] }> {
  const { aws, told } = await startedEc2(t, [], {
    connectEndpoints: [
      { id: 'eice-1', vpcId: 'vpc-1', subnetId: 'subnet-1', zone: 'x', state: 'create-complete', dnsName },
    ],
  });
  const opener = endpointTunnel(instance, { port: 22, longestSeconds: 60 }, { ...aws, env });
  const stream = await opener(signal);
  t.after(() => stream.destroy());
  return { stream, told };
}

const errorOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => assert.fail('it went well'),
    (error: unknown) => (error instanceof Error ? error : assert.fail('no error')),
  );

test('bytes go both ways as they are, many more than fit into a buffer', async t => {
  const port = await startEndpoint(t, socket => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const { stream } = await open(t, `localhost:${port}`);
  const sent = Buffer.alloc(3_000_000, 'ssh\0');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (let at = 0; at < sent.length; at += 32_768) stream.write(sent.subarray(at, at + 32_768));
  for await (const chunk of stream) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes === sent.length) break;
  }
  assert.ok(Buffer.concat(chunks).equals(sent));
});

test('what the endpoint says when it closes the tunnel is the error of the stream', async t => {
  const port = await startEndpoint(t, socket => socket.close(1011, 'Unable to connect to target'));
  const { stream } = await open(t, `localhost:${port}`);
  const [error] = await once(stream, 'error');
  assert.match(String(error), /eice-1 closed the tunnel: Unable to connect to target/);
});

test('what is told of a tunnel has neither its signature nor a key', async t => {
  const port = await startEndpoint(t, () => undefined);
  const { told } = await open(t, `localhost:${port}`);
  assert.ok(told.some(line => line === `tunnel to 10.0.1.23:22 through eice-1 (localhost:${port}): open`));
  assert.doesNotMatch(told.join('\n'), /X-Amz|Signature|wss:/);
});

test('through the proxy that the environment names, which resolves the name of the endpoint', async t => {
  const port = await startEndpoint(t, socket => socket.send(Buffer.from('SSH-2.0-')));
  const proxy = await startProxy(t, { to: port, only: 'user:secret' });
  const https_proxy = `http://user:secret@127.0.0.1:${proxy.port}`;
  const { stream } = await open(t, 'endpoint.invalid', { https_proxy });
  const [chunk] = await once(stream, 'data');
  assert.equal(String(chunk), 'SSH-2.0-');
  assert.deepEqual(proxy.asked, ['CONNECT endpoint.invalid:443']);
});

test('a proxy that does not let it through is told at once', async t => {
  const { port } = await startProxy(t, { to: 9, forbids: true });
  const error = await errorOf(open(t, 'endpoint.invalid', { https_proxy: `http://127.0.0.1:${port}` }));
  assert.ok(error instanceof Failure);
  assert.equal(error.text.reason, 'aws-refused');
  assert.doesNotMatch(JSON.stringify(error.text), /secret|X-Amz/);
  assert.match(error.text.remedy, /proxy of HTTPS_PROXY does not let the runner through/);
});

test('who answers with a certificate for another name is not gone on with', async t => {
  const port = await startEndpoint(t, () => assert.fail('it is open'));
  const proxy = await startProxy(t, { to: port });
  const https_proxy = `http://127.0.0.1:${proxy.port}`;
  const error = await errorOf(open(t, 'other.invalid', { https_proxy }));
  assert.ok(error instanceof Failure);
  assert.match(error.text.message, /other\.invalid\. is not in the cert's altnames/);
  assert.match(error.text.remedy, /certificate that this runner does not trust/);
});

test('an endpoint that is not reached, or not well, is for another try', async t => {
  const closed = await errorOf(open(t, 'localhost:1'));
  assert.match(closed.message, /^eice-1 \(localhost:1\) is not reached: .*ECONNREFUSED/);
  assert.ok(!(closed instanceof Failure));
  for (const status of ['500 Internal', '502 Bad Gateway', '429 Too Many']) {
    const port = await startEndpoint(
      t,
      () => undefined,
      connection => connection.end(`HTTP/1.1 ${status}\r\ncontent-length: 10\r\n\r\nnot \x1b[31mJ`),
    );
    const error = await errorOf(open(t, `localhost:${port}`));
    assert.match(
      error.message,
      new RegExp(`refused the tunnel to 10\\.0\\.1\\.23:22: ${status.slice(0, 3)} not  \\[31mJ`),
    );
    assert.ok(!(error instanceof Failure));
  }
});

test('an endpoint that refuses is not asked again: what it said, and what to do', async t => {
  const cases: readonly (readonly [string, string, string, RegExp, RegExp])[] = [
    [
      '403 Forbidden',
      '{"ErrorCode":"AccessDenied","Message":"No."}',
      'aws-refused',
      /403 AccessDenied No\.\./,
      /maxTunnelDuration 60/,
    ],
    [
      '403 Forbidden',
      '<html>',
      'aws-refused',
      /403 <html>/,
      /Allow ec2-instance-connect:OpenTunnel on eice-1/,
    ],
    [
      '403 Forbidden',
      '{"ErrorCode":"SignatureDoesNotMatch","Message":"x"}',
      'aws-refused',
      /SignatureDoesNotMatch/,
      /does not know these credentials/,
    ],
    [
      '403 Forbidden',
      '{"ErrorCode":"ExpiredTokenException","Message":"x"}',
      'aws-refused',
      /ExpiredToken/,
      /no longer valid/,
    ],
    [
      '404 Not Found',
      '{"ErrorCode":"ResourceNotFound","Message":"Gone."}',
      'unreachable',
      /404 ResourceNotFound Gone/,
      /VPC console/,
    ],
    ['400 Bad Request', 'null', 'unreachable', /: 400 null/, /20 tunnels/],
  ];
  for (const [status, body, reason, says, cure] of cases) {
    const port = await startEndpoint(
      t,
      () => undefined,
      connection => connection.end(`HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
    );
    const error = await errorOf(open(t, `localhost:${port}`));
    assert.ok(error instanceof Failure, status);
    assert.equal(error.text.reason, reason, body);
    assert.match(error.text.message, says);
    assert.match(error.text.remedy, cure);
  }
});

test('a command that is stopped waits for no endpoint', async t => {
  const port = await startEndpoint(
    t,
    () => undefined,
    () => undefined,
  );
  const stopping = new AbortController();
  setTimeout(() => stopping.abort(), 100);
  await errorOf(open(t, `localhost:${port}`, {}, stopping.signal));
});

test('an instance without a private IPv4 address has no tunnel', async t => {
  const { aws } = await startedEc2(t, [], {
    connectEndpoints: [
      {
        id: 'eice-1',
        vpcId: 'vpc-1',
        subnetId: 'subnet-1',
        zone: 'x',
        state: 'create-complete',
        dnsName: 'localhost',
      },
    ],
  });
  const opener = endpointTunnel({ ...instance, privateIp: undefined }, { port: 22, longestSeconds: 60 }, aws);
  const error = await errorOf(opener(new AbortController().signal));
  assert.ok(error instanceof Failure);
  assert.equal(error.text.reason, 'host-not-found');
});
