import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createConnection } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Session } from '../../src/ssh/session.ts';
import { connectTo } from './connected-session.ts';
import { makeKey } from './made-keys.ts';
import { findFreePort, type SshHost, startSshHost } from './ssh-host.ts';

const hostKey = makeKey('ed25519');
const userKey = makeKey('ed25519');

async function open(
  t: TestContext,
  isForwarding = true,
): Promise<{ readonly session: Session; readonly host: SshHost }> {
  const host = await startSshHost({
    hostKey,
    userKey,
    isForwarding,
    perform: (_command, channel) => {
      channel.exit(0);
      channel.end();
    },
  });
  const session = await connectTo(t, host, hostKey, userKey);
  return { session, host };
}

async function serve(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const get = (port: number, path = '/') => fetch(`http://127.0.0.1:${port}${path}`);

/** Resolves once a connection to the port is refused or ended by the other side. */
async function endOfConnection(port: number): Promise<void> {
  const socket = createConnection(port, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  await once(socket, 'close');
}

const isListening = async (port: number): Promise<boolean> => {
  const socket = createConnection(port, '127.0.0.1');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  return await promise.finally(() => socket.destroy());
};

test('requests go to the port of the host and back, several at once, large bodies whole', async t => {
  const { session } = await open(t);
  const port = await serve(t, (request, response) => {
    request.pipe(response);
  });
  const tunnel = await session.openTunnel(port);
  const bodies = Array.from({ length: 20 }, (_, index) => String(index).repeat(100_000));
  const answers = await Promise.all(
    bodies.map(async body => {
      const answer = await fetch(`http://127.0.0.1:${tunnel.port}/`, { method: 'POST', body });
      return await answer.text();
    }),
  );
  assert.ok(answers.every((answer, index) => answer === bodies[index]));
  assert.equal(tunnel.whyRefused(), undefined);
  await tunnel.close();
});

test('it listens on the loopback address alone, and not any more once it is closed', async t => {
  const { session } = await open(t);
  const tunnel = await session.openTunnel(await serve(t, (_request, response) => response.end('hello')));
  assert.equal(await (await get(tunnel.port)).text(), 'hello');
  const other = createConnection(tunnel.port, '127.0.0.2');
  const [error] = await once(other, 'error');
  assert.match(String(error), /ECONNREFUSED/);
  assert.equal(await isListening(tunnel.port), true);
  await tunnel.close();
  assert.equal(await isListening(tunnel.port), false);
});

test('closing ends the connections that are open', async t => {
  const { session } = await open(t);
  const began = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const port = await serve(t, (request, response) => {
    response.writeHead(200).write('and then nothing');
    request.socket.on('close', () => gone.resolve());
    began.resolve();
  });
  const tunnel = await session.openTunnel(port);
  const endless = get(tunnel.port).then(answer => answer.text());
  endless.catch(() => undefined);
  await began.promise;
  await tunnel.close();
  await assert.rejects(endless);
  await gone.promise;
});

test('a port that nobody listens on ends that connection, not the session', async t => {
  const { session } = await open(t);
  const free = await findFreePort();
  const tunnel = await session.openTunnel(free);
  await endOfConnection(tunnel.port);
  assert.match(tunnel.whyRefused() ?? '', /Channel open failure/);
  const streams = { onLine: () => undefined, onErrorLine: () => undefined };
  assert.deepEqual(await session.exec('still there', streams), { kind: 'exited', code: 0 });
  await tunnel.close();
});

test('a host that forbids forwarding is told as why', async t => {
  const { session } = await open(t, false);
  const tunnel = await session.openTunnel(8082);
  await endOfConnection(tunnel.port);
  assert.match(tunnel.whyRefused() ?? '', /Channel open failure/);
  await tunnel.close();
});

test('a client that resets its connection in the middle leaves the tunnel to the others', async t => {
  const { session } = await open(t);
  const port = await serve(t, (request, response) => {
    if (request.url === '/ok') response.end('ok');
  });
  const tunnel = await session.openTunnel(port);
  const rude = createConnection(tunnel.port, '127.0.0.1');
  rude.on('error', () => undefined).write('GET /hang HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(rude, 'connect');
  rude.resetAndDestroy();
  assert.equal(await (await get(tunnel.port, '/ok')).text(), 'ok');
  await tunnel.close();
});

test('when the session is lost, connections end and nothing throws', async t => {
  const { session, host } = await open(t);
  const tunnel = await session.openTunnel(await serve(t, (_request, response) => response.end('hello')));
  assert.equal(await (await get(tunnel.port)).text(), 'hello');
  await host.stop();
  await endOfConnection(tunnel.port);
  assert.ok(tunnel.whyRefused());
  await tunnel.close();
});
