import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildJar } from '../../sandbox/app/build.ts';
import { startLoad } from '../../sandbox/load/load.ts';
import type { LoadOptions } from '../../sandbox/load/options.ts';
import { type RunningApp, runApp, waitUntilUp } from './running-app.ts';

const ONLY_WEB_SOCKETS: Partial<LoadOptions> = {
  connections: 0,
  webSockets: 4,
  timeoutMs: 1000,
  seconds: 30,
};

test('WebSockets stay open beside other requests, and their texts come back', async t => {
  const app = await startApp(t);
  const load = await startLoad(app.url, { connections: 4, rate: 50, webSockets: 4, seconds: 3 });
  const result = await load.finished;
  assert.equal(result.failed, 0, JSON.stringify(result.samples));
  const { messages, ...others } = result.webSockets;
  assert.deepEqual(others, { connections: 4, cuts: 0, failed: 0 });
  assert.ok(messages >= 12 && messages <= 28, `${messages} messages`);
  assert.equal(result.byStatus['101'], 4);
  assert.equal(result.requests, result.gets.requests + result.posts.requests + 4);
});

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`a cut by ${signal} is noticed and is no failure; connections refused afterwards are`, async t => {
    const app = await startApp(t);
    const load = await startLoad(app.url, ONLY_WEB_SOCKETS);
    await sleep(800);
    app.kill(signal);
    await app.ended;
    await sleep(300);
    const result = await load.stop();
    assert.equal(result.webSockets.cuts, 4);
    assert.equal(result.webSockets.connections, 4 + result.webSockets.failed);
    assert.equal(result.failed, result.webSockets.failed);
    assert.ok(result.webSockets.failed > 4 && result.webSockets.failed < 400);
    const { refused = 0, reset = 0, closed = 0, ...others } = result.failures;
    assert.deepEqual(others, {}, JSON.stringify(result.samples));
    assert.ok(refused > reset + closed);
  });
}

test('after a cut it connects again at once', async t => {
  const first = await startApp(t);
  const load = await startLoad(first.url, ONLY_WEB_SOCKETS);
  await sleep(700);
  first.kill('SIGKILL');
  await first.ended;
  await startApp(t, { SERVER_PORT: String(first.port) });
  await sleep(700);
  const result = await load.stop();
  assert.equal(result.webSockets.cuts, 4);
  assert.equal(result.webSockets.connections, 8 + result.webSockets.failed);
  assert.ok(result.webSockets.messages >= 12, `${result.webSockets.messages} messages`);
});

test('a handshake that is answered with 500 is a failure', async t => {
  const app = await startApp(t, { SAMPLE_TURN_BAD: 'errors', SAMPLE_TURN_BAD_AFTER_MS: '0' });
  await fetch(app.url, { headers: { 'x-forwarded-for': '192.0.2.1' } });
  await sleep(300);
  const result = await (await startLoad(app.url, { ...ONLY_WEB_SOCKETS, seconds: 1 })).finished;
  assert.ok(result.webSockets.failed > 4);
  assert.deepEqual(result.failures, { status: result.webSockets.failed });
  assert.equal(result.byStatus['500'], result.webSockets.connections);
});

test('a wrong echo, none, and a wrong handshake are failures', async t => {
  const wrong = Buffer.from([0x81, 2, 110, 111]);
  const cases = [
    { kind: 'content', reply: wrong, accept: hashKey },
    { kind: 'timeout', reply: Buffer.alloc(0), accept: hashKey },
    { kind: 'content', reply: wrong, accept: () => 'nonsense' },
  ] as const;
  for (const { kind, reply, accept } of cases) {
    const url = await startBadServer(t, reply, accept);
    const result = await (await startLoad(url, { ...ONLY_WEB_SOCKETS, webSockets: 1, seconds: 1.5 }))
      .finished;
    assert.equal(result.webSockets.cuts, 0);
    assert.ok(result.webSockets.failed > 0);
    assert.deepEqual(result.failures, { [kind]: result.webSockets.failed }, JSON.stringify(result.samples));
  }
});

/** Starts a server that opens every WebSocket and answers the first text with the bytes given. */
async function startBadServer(
  t: TestContext,
  reply: Buffer,
  accept: (key: string) => string,
): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer(async socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    const [head] = await once(socket, 'data');
    const key = /^sec-websocket-key: (\S+)/im.exec(String(head))?.[1] ?? '';
    socket.write(`HTTP/1.1 101 \r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept(key)}\r\n\r\n`);
    socket.once('data', () => socket.write(reply));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
}

function hashKey(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

async function startApp(
  t: TestContext,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningApp> {
  const app = await runApp(await buildJar({ version: '8', megabytes: 1 }), environment);
  t.after(async () => {
    app.kill('SIGKILL');
    await app.ended;
  });
  await waitUntilUp(app);
  return app;
}
