import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { askCertificate } from '../../src/ssh/ask-certificate.ts';
import { makeKey } from './made-keys.ts';
import { startSshHost } from './ssh-host.ts';

const patience = () => AbortSignal.timeout(5000);

/** What comes of asking a server that says this to everybody. */
async function askOne(t: TestContext, said: Buffer | string, isEnding = true) {
  const server = createServer(socket => {
    socket.on('error', () => undefined).write(said);
    if (isEnding) socket.end();
  });
  server.listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const stream = createConnection(port, '127.0.0.1');
  const asked = askCertificate(stream, isEnding ? patience() : AbortSignal.timeout(100));
  return { asked: await asked.catch((error: Error) => error.message), stream };
}

test('a host without a certificate has none, and its connection is closed', async t => {
  const host = await startSshHost({ hostKey: makeKey('ed25519') });
  t.after(() => host.stop());
  const stream = createConnection(host.port, '127.0.0.1');
  assert.equal(await askCertificate(stream, patience()), undefined);
  assert.equal(stream.destroyed, true);
});

test('what is no SSH, is cut off, or is far too long ends as an error', async t => {
  const greeting = 'SSH-2.0-x\r\n';
  const packet = (length: number, rest: Buffer) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length);
    return Buffer.concat([Buffer.from(greeting), head, rest]);
  };
  for (const said of [
    '',
    'Exceeded MaxStartups\r\n',
    'HTTP/1.1 400 Bad Request\r\n\r\n',
    greeting,
    'x'.repeat(300_000),
    packet(0xffffffff, Buffer.alloc(10)),
    packet(2, Buffer.alloc(10)),
    packet(12, Buffer.of(4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    packet(12, Buffer.of(200, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    packet(12, Buffer.of(4, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
  ]) {
    const { asked, stream } = await askOne(t, said);
    assert.equal(typeof asked, 'string', said.toString().slice(0, 40));
    assert.equal(stream.destroyed, true);
  }
  for (let round = 0; round < 200; round++) {
    const noise = Buffer.concat([Buffer.from(round % 2 === 0 ? greeting : ''), randomBytes(round * 7)]);
    const { asked } = await askOne(t, noise);
    assert.ok(typeof asked === 'string' || asked === undefined, noise.toString('hex'));
  }
});

test('a host that says nothing more is given up', async t => {
  const { asked, stream } = await askOne(t, 'SSH-2.0-x\r\n', false);
  assert.match(String(asked), /timed out while waiting for the host certificate/);
  assert.equal(stream.destroyed, true);
});
