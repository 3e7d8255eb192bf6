import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildJar } from '../../sandbox/app/build.ts';
import { type RunningApp, runApp, waitUntilUp } from './running-app.ts';

test('a WebSocket echoes texts of every length, and a close is answered', async t => {
  const app = await startApp(t);
  const socket = await open(app);
  for (const text of ['', 'hello', 'ü'.repeat(200), 'x'.repeat(65_536)]) {
    socket.send(text);
    assert.equal((await once(socket, 'message'))[0].data, text);
  }
  socket.close(1000);
  const [{ code, wasClean }] = await once(socket, 'close');
  assert.deepEqual({ code, wasClean }, { code: 1000, wasClean: true });
});

test('what a WebSocket does not understand ends it with the code that says so', async t => {
  const app = await startApp(t);
  const binary = await open(app);
  binary.send(new Uint8Array(3));
  assert.equal((await once(binary, 'close'))[0].code, 1003);
  const long = await open(app);
  long.send('x'.repeat(65_537));
  assert.equal((await once(long, 'close'))[0].code, 1009);
  assert.equal((await fetch(`${app.url}/ws`)).status, 400);
});

test('a ping is answered, fragments are one message', async t => {
  const app = await startApp(t);
  const asked = request(`${app.url}/ws`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    },
  }).end();
  const [answer, socket] = await once(asked, 'upgrade');
  t.after(() => socket.destroy());
  assert.equal(answer.headers['sec-websocket-accept'], 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'as in RFC 6455');
  const noMask = [0, 0, 0, 0];
  socket.write(Buffer.from([0x01, 0x82, ...noMask, 97, 98]));
  socket.write(Buffer.from([0x89, 0x81, ...noMask, 33]));
  socket.write(Buffer.from([0x80, 0x81, ...noMask, 99]));
  const expected = Buffer.from([0x8a, 1, 33, 0x81, 3, 97, 98, 99]);
  let got = Buffer.alloc(0);
  while (got.length < expected.length) got = Buffer.concat([got, (await once(socket, 'data'))[0]]);
  assert.deepEqual(got, expected);
});

test('SIGTERM waits for no WebSocket: each is told to go away', async t => {
  const app = await startApp(t);
  const sockets = [await open(app), await open(app)];
  const began = performance.now();
  const closes = sockets.map(socket => once(socket, 'close'));
  app.kill('SIGTERM');
  for (const [{ code }] of await Promise.all(closes)) assert.equal(code, 1001);
  assert.equal((await app.ended).code, 143);
  assert.ok(performance.now() - began < 5000);
  assert.match(app.stdout(), /Graceful shutdown complete/);
});

test('events come one by one, and hold up the end for as long as the environment says', async t => {
  const app = await startApp(t, { SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: '1500ms' });
  const answer = await fetch(`${app.url}/events?every=100`);
  assert.equal(answer.headers.get('content-type'), 'text/event-stream');
  assert.ok(answer.body !== null);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('event=3')) text += (await reader.read()).value;
  assert.match(text, /^data: version=6 event=1\n\ndata: version=6 event=2\n\n/);
  const began = performance.now();
  app.kill('SIGTERM');
  await assert.rejects(async () => {
    while (!(await reader.read()).done);
  }, 'cut, not ended');
  assert.equal((await app.ended).code, 143);
  assert.ok(performance.now() - began >= 1500);
  assert.match(app.stdout(), /Graceful shutdown aborted with requests active/);
});

test('a client that leaves ends its events', async t => {
  const app = await startApp(t);
  const leaving = new AbortController();
  await fetch(`${app.url}/events?every=50`, { signal: leaving.signal });
  leaving.abort();
  await sleep(500);
  const began = performance.now();
  app.kill('SIGTERM');
  await app.ended;
  assert.ok(performance.now() - began < 5000);
  assert.match(app.stdout(), /Graceful shutdown complete/);
});

test('one connection: bodies in chunks, unread bodies, HEAD, two requests at once, and HTTP/1.0', async t => {
  const app = await startApp(t);
  const socket = connect({ port: app.port, host: '127.0.0.1' });
  t.after(() => socket.destroy());
  let text = '';
  socket.on('data', bytes => {
    text += bytes;
  });
  socket.write(
    'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n',
  );
  socket.write('0\r\nTrailer: 1\r\n\r\nPOST /version HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /');
  socket.write('HEAD /version HTTP/1.1\r\nHost: a\r\n\r\nGET /version HTTP/1.0\r\n\r\n');
  await once(socket, 'close');
  const heads = text.match(/HTTP\/1\.1 200 /g);
  assert.equal(heads?.length, 4, text);
  assert.match(text, /length=5 sha256=36bbe50ed96841d10443bcb670d6554f0a34b761be67ec9c4a8ad2c0c44ca42c/);
  assert.match(
    text,
    /Content-Length: 1\r\nConnection: keep-alive\r\n\r\nHTTP.*\r\n\r\n6$/s,
    'HEAD has no body',
  );
});

async function open(app: RunningApp): Promise<WebSocket> {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/ws`);
  await once(socket, 'open');
  return socket;
}

async function startApp(
  t: TestContext,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningApp> {
  const app = await runApp(await buildJar({ version: '6', megabytes: 1 }), environment);
  t.after(async () => {
    app.kill('SIGKILL');
    await app.ended;
  });
  await waitUntilUp(app);
  return app;
}
