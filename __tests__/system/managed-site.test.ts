import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { type RequestOptions, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { openWebSocket } from '../../sandbox/load/handshake.ts';
import { assertDeployed, describeOnHost, type Inputs, type Target, underLoad } from './target.ts';

const name = 'shop.example';
const inputs: Inputs = {
  'tls-certificate': '/etc/ssl/shop.pem',
  'tls-key': '/etc/ssl/shop.key',
  'server-name': name,
  'proxy-timeout': '2s',
};
const megabyte = 1_048_576;

/** A certificate that nobody signed, as long as the test. */
const makeCertificate = `openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=${name} \\
  -keyout /etc/ssl/shop.key -out /etc/ssl/shop.pem 2>/dev/null`;

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

/** One request over TLS, on a connection of its own. */
async function ask(
  target: Target,
  path: string,
  options: RequestOptions = {},
  body?: Buffer,
): Promise<Answer> {
  const began = performance.now();
  const asked = request(`https://${target.host.address}${path}`, {
    rejectUnauthorized: false,
    servername: name,
    agent: false,
    ...options,
    headers: { host: name, ...options.headers },
  });
  asked.end(body);
  const [response] = await once(asked, 'response');
  const answer = await text(response);
  return { status: response.statusCode, body: answer, ms: performance.now() - began };
}

/** The first bytes of an answer that does not end, and how long they took. */
async function firstPart(t: TestContext, target: Target, path: string, accept: string): Promise<Answer> {
  const began = performance.now();
  const asked = request(`https://${target.host.address}${path}`, {
    rejectUnauthorized: false,
    servername: name,
    agent: false,
    headers: { host: name, accept },
  });
  t.after(() => asked.destroy());
  asked.end();
  const [response] = await once(asked, 'response');
  const [part] = await once(response, 'data');
  return { status: response.statusCode, body: String(part), ms: performance.now() - began };
}

for (const release of ['bookworm', 'trixie'] as const) {
  await describeOnHost(`a managed site with TLS on ${release}`, { release }, target => {
    test('443 serves, 80 redirects with path and query', async () => {
      const { deploy, host, url } = target();
      await host.sh(makeCertificate);
      assertDeployed(await deploy('1', inputs), 'blue');
      assert.equal((await ask(target(), '/version')).body, '1');
      const { status, headers } = await fetch(`${url}/a/b%20c?d=e&f=%2F`, {
        redirect: 'manual',
      });
      assert.equal(status, 308);
      assert.equal(headers.get('location'), `https://${host.address}/a/b%20c?d=e&f=%2F`);
    });

    test('HTTP/2 is negotiated, and the app is told who asked and how', async t => {
      const { host } = target();
      const session = connect(`https://${name}`, {
        host: host.address,
        lookup: (_name, _options, done) => done(null, [{ address: host.address, family: 4 }]),
        rejectUnauthorized: false,
        servername: name,
      });
      t.after(() => session.destroy());
      await once(session, 'connect');
      assert.equal(session.alpnProtocol, 'h2');
      const overHttp2 = session.request({ ':authority': name, ':path': '/headers' });
      const one: unknown = JSON.parse(await text(overHttp2));
      const other: unknown = JSON.parse((await ask(target(), '/headers')).body);
      const client = (
        await host.sh("ip -4 route show dev eth0 | sed -n 's/^10.99.\\([0-9]*\\).0.*/10.99.\\1.1/p'")
      ).trim();
      for (const headers of [one, other]) {
        assert.ok(headers !== null && typeof headers === 'object');
        const told = Object.fromEntries(Object.entries(headers).filter(([key]) => /^(host|x-.*)$/.test(key)));
        assert.deepEqual(told, {
          host: name,
          'x-real-ip': client,
          'x-forwarded-for': client,
          'x-forwarded-proto': 'https',
          'x-forwarded-host': name,
          'x-forwarded-port': '443',
        });
        assert.ok(!('connection' in headers), 'the connection to the app is kept');
      }
    });

    test('a WebSocket passes, and outlives what it says', async () => {
      const opened = await openWebSocket(new URL(`https://${target().host.address}/ws`), 5000);
      assert.equal(opened.kind, 'open');
      assert.deepEqual(await opened.webSocket.echo('ü and more', 5000), { kind: 'echoed' });
      assert.deepEqual(await opened.webSocket.echo('x'.repeat(60_000), 5000), { kind: 'echoed' });
      await opened.webSocket.close();
    });

    test('nothing but a WebSocket is upgraded: no tunnel that nginx cannot see into', async () => {
      const headers = { Upgrade: 'h2c', Connection: 'Upgrade, HTTP2-Settings', 'HTTP2-Settings': 'AAMAAABk' };
      const { status, body } = await ask(target(), '/headers', { headers });
      assert.equal(status, 200);
      assert.doesNotMatch(body, /h2c|^upgrade/im);
    });

    test('server-sent events come one by one, a POST may ask for them too', async t => {
      const { status, body, ms } = await firstPart(t, target(), '/events?every=2500', 'text/event-stream');
      assert.equal(status, 200);
      assert.match(body, /event=1\n\n/);
      assert.ok(ms < 1500, `the first event took ${ms} ms`);
      const content = randomBytes(300_000);
      const headers = { accept: 'text/event-stream' };
      const echoed = await ask(target(), '/echo', { method: 'POST', headers }, content);
      assert.equal(echoed.body, echoOf(content));
    });

    test('20 MB pass, more than max-body-size is 413', async () => {
      const content = randomBytes(20 * megabyte);
      const echoed = await ask(target(), '/echo', { method: 'POST' }, content);
      assert.equal(echoed.body, echoOf(content));
      const { host } = target();
      const tooMuch = await host.sh(
        `head -c ${101 * megabyte} /dev/zero | curl -sk -o /dev/null -w '%{http_code}' --resolve ${name}:443:127.0.0.1 -T - -X POST -H 'Content-Length: ${101 * megabyte}' -H 'Transfer-Encoding:' https://${name}/echo`,
      );
      assert.equal(tooMuch, '413');
    });

    test('proxy-timeout ends what the app does not answer', async () => {
      const slow = await ask(target(), '/slow?ms=6000', { method: 'POST' });
      assert.equal(slow.status, 504);
      assert.ok(slow.ms > 1900 && slow.ms < 5000, `${slow.ms} ms`);
      const repeatable = await ask(target(), '/slow?ms=6000');
      assert.equal(repeatable.status, 504, 'a GET is not tried again at the idle color');
    });

    test('a deploy under load over TLS loses nothing', async () => {
      const { deploy, host } = target();
      const [run, load] = await underLoad(`https://${host.address}`, () => deploy('2', inputs));
      assertDeployed(run, 'green');
      assert.equal(load.failed, 0, JSON.stringify(load.samples));
      assert.ok(load.requests > 100, `${load.requests} requests`);
      assert.deepEqual(Object.keys(load.versions).sort(), ['1', '2']);
    });

    test('an nginx without keepalive_min_timeout gets none, and is told what a reload loses', async () => {
      const { deploy, host } = target();
      const run = await deploy('3', { ...inputs, switch: 'reload' });
      assertDeployed(run, 'blue');
      const live = await host.sh('cat /etc/nginx/bluegreen/shop/live.conf');
      assert.doesNotMatch(live, /keepalive_min_timeout/);
      assert.match(run.summary, /has no keepalive\\?_min\\?_timeout: a reload closes/);
      assert.doesNotMatch(run.log, /::warning.*keepalive/);
    });
  });
}

const echoOf = (content: Buffer): string =>
  `length=${content.length} sha256=${createHash('sha256').update(content).digest('hex')}`;
