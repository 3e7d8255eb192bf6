import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { runHostBeside, shells } from './host-shell.ts';

/** What listens on the color's port, at an address, and keeps every connection open. */
async function listen(t: TestContext, host: string, port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer(socket => socket.on('error', () => socket.destroy()));
  server.listen(port, host);
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { server, port: address.port };
}

/** A connection as nginx has one to a color; gone after the test. */
async function open(t: TestContext, port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect(port, host);
  socket.on('error', () => socket.destroy());
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const drain = 'green_port=$1; drain_color green "$2"; echo "$drain_open $drain_ms"';
for (const shell of shells) {
  test(`${shell.name}: connections are those to the color's port on this host, nobody else's`, async t => {
    const { port } = await listen(t, '127.0.0.1');
    await listen(t, '127.0.0.2', port);
    const count = async () =>
      (await runHostBeside(shell, 'green_port=$1; open_connections green', [`${port}`])).stdout.trim();
    assert.equal(await count(), '0');
    await open(t, port);
    await open(t, port);
    await open(t, port, '127.0.0.2');
    assert.equal(await count(), '2');
  });

  test(`${shell.name}: a drain ends when there was no connection for a second`, async t => {
    const { port } = await listen(t, '127.0.0.1');
    const socket = await open(t, port);
    setTimeout(() => socket.destroy(), 700);
    const { status, stdout, stderr } = await runHostBeside(shell, drain, [`${port}`, '20000']);
    assert.deepEqual([status, stderr], [0, '']);
    const [left, ms = 0] = stdout.split(' ').map(Number);
    assert.equal(left, 0);
    assert.ok(ms >= 1400 && ms < 15_000, `${ms} ms`);
  });

  test(`${shell.name}: a drain ends at its deadline, and tells what is open still`, async t => {
    const { port } = await listen(t, '127.0.0.1');
    await open(t, port);
    await open(t, port);
    const { stdout } = await runHostBeside(shell, drain, [`${port}`, '600']);
    const [left, ms = 0] = stdout.split(' ').map(Number);
    assert.equal(left, 2);
    assert.ok(ms >= 600 && ms < 15_000, `${ms} ms`);
  });
}
