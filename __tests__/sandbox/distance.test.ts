import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { type Distance, openDistance } from '../../sandbox/distance.ts';

/** Behind the distance: a server that does `serve` with each connection. */
async function reach(
  t: TestContext,
  serve: (socket: Socket) => void,
  options: { readonly delayMs: number; readonly bytesPerSecond?: number },
): Promise<{ distance: Distance; socket: Socket }> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const distance = await openDistance({ address: '127.0.0.1', port, ...options });
  const socket = connect({ host: '127.0.0.1', port: distance.port, allowHalfOpen: true, noDelay: true });
  t.after(async () => {
    socket.destroy();
    await distance.close().catch(() => undefined);
    server.close();
  });
  await once(socket, 'connect');
  return { distance, socket };
}

const echo = (socket: Socket): void => {
  socket.pipe(socket);
};

test('each answer takes the delay twice, and each question is a turn', async t => {
  const { distance, socket } = await reach(t, echo, { delayMs: 40 });
  const began = performance.now();
  for (let round = 0; round < 5; round++) {
    socket.write('ping');
    await once(socket, 'data');
  }
  const took = performance.now() - began;
  assert.ok(took >= 400, `${took} ms`);
  assert.equal(distance.turns, 5);
  assert.deepEqual([distance.sent, distance.received], [20, 20]);
});

test('what is said without waiting for an answer is one turn', async t => {
  const { distance, socket } = await reach(t, echo, { delayMs: 60 });
  for (const word of ['a', 'b', 'c']) {
    socket.write(word);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  let came = 0;
  while (came < 3) came += ((await once(socket, 'data')) as [Buffer])[0].length;
  assert.equal(distance.turns, 1);
});

test('bytes come whole and in order, and no faster than the rate', async t => {
  const sent = randomBytes(2_000_000);
  const told: Buffer[] = [];
  const { distance, socket } = await reach(
    t,
    peer => {
      buffer(peer).then(bytes => {
        told.push(bytes);
        peer.end('done');
      });
    },
    { delayMs: 10, bytesPerSecond: 4_000_000 },
  );
  const began = performance.now();
  socket.end(sent);
  assert.equal((await buffer(socket)).toString(), 'done');
  const took = performance.now() - began;
  const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  assert.equal(sha(Buffer.concat(told)), sha(sent));
  assert.ok(took >= 500, `${took} ms for half a second's worth`);
  assert.equal(distance.sent, sent.length);
});

test('an end that comes from the far side reaches the near one, and one that is cut is closed', async t => {
  const { distance, socket } = await reach(t, peer => peer.end(), { delayMs: 5 });
  await once(socket.resume(), 'end');
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  await distance.close();
  socket.end();
  await closed;
});
