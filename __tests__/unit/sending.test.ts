import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { type Sender, Sending } from '../../src/commands/stages/sending.ts';
import { payloadOf } from '../../src/jar/payload.ts';
import { keepLog } from './kept-log.ts';

const file = Buffer.from('0123456789');
const whole = payloadOf([{ from: 0, to: 10 }], ({ from, to }) => Readable.from([file.subarray(from, to)]));
const piece = payloadOf([{ from: 4, to: 6 }], ({ from, to }) => Readable.from([file.subarray(from, to)]));
const { log, lines } = keepLog();
const sender: Sender = { log, now: () => 0, roundTripMs: () => 0, callPart: async () => undefined };
const head = (words: string) => `${words.padEnd(31)}\n`;

/** Reads so much as is expected, which is not the end. */
async function read(stdin: AsyncIterator<Buffer>, expected: string): Promise<void> {
  let came = '';
  while (came.length < expected.length) came += (await stdin.next()).value;
  assert.equal(came, expected);
}
const call = (sending: Sending): AsyncIterator<Buffer> => sending.stdin()[Symbol.asyncIterator]();

test('the first call sends all at once; what is wanted later is sent in the same call, which stays open', async () => {
  const sending = new Sending(sender, [Buffer.from('env'), Buffer.alloc(0)], whole, whole);
  const stdin = call(sending);
  await read(stdin, `env${head('0 10')}0123456789`);
  sending.take('@wanted=0-10');
  const next = stdin.next();
  assert.equal(await Promise.race([next, new Promise(resolve => setTimeout(resolve, 20, 'open'))]), 'open');
  sending.take('@wanted=7-9');
  assert.equal(String((await next).value).slice(0, 3), '7 2');
  sending.end();
});

test('a further call waits for what the host wants, and sends that alone', async () => {
  const sending = new Sending(sender, [Buffer.from('env')], whole, whole);
  await read(call(sending), `env${head('0 10')}0123456789`);
  sending.take('@wanted=0-10');
  const again = call(sending);
  sending.take('@wanted=8-10');
  await read(again, `env${head('8 2')}89${head('end 0')}`);
  assert.match(lines.join('\n'), /8 B of 10 B are there and not sent again/);
  sending.end();
});

test('what a stage tells again after its channel is gone sends nothing, and is told once', async () => {
  let parts = 0;
  const far: Sender = {
    ...sender,
    roundTripMs: () => 200,
    callPart: async () => {
      parts++;
    },
  };
  const large = payloadOf([{ from: 0, to: 5_000_000 }], ({ from, to }) =>
    Readable.from([Buffer.alloc(to - from)]),
  );
  const sending = new Sending(far, [], large, large);
  const stdin = sending.stdin();
  const bytes = stdin[Symbol.asyncIterator]();
  const all = 5_000_000 + 3 * 32;
  for (let came = 0; came < all; ) came += (await bytes.next()).value.length;
  assert.equal(parts, 1);
  stdin.destroy();
  const before = lines.length;
  for (const line of ['@wanted=0-5000000', '@rebuild-failed=no such piece', '@received=5000000'])
    sending.take(line);
  await new Promise(setImmediate);
  assert.equal(parts, 1);
  assert.deepEqual(lines.slice(before), ['info sent 4.8 MiB in 0.0 s, 4.7 GiB/s']);
  assert.equal(sending.transfer?.bytes, 5_000_000);
});

test('where no jar can be made of the payload all of it is sent, saying why; the next call begins with the payload', async () => {
  const sending = new Sending(sender, [], piece, whole);
  const stdin = call(sending);
  await read(stdin, `${head('0 2')}45`);
  for (const line of ['@wanted=0-2', '@received=2', '@rebuild-failed=no such piece', '@wanted=0-10'])
    sending.take(line);
  await read(stdin, `${head('0 10')}0123456789`);
  assert.match(
    lines.join('\n'),
    /could not make the jar of what it has \(no such piece\): all of it is sent/,
  );
  const again = call(sending);
  sending.take('@wanted=0-2');
  await read(again, `${head('0 2')}45`);
  sending.end();
});

test('a file that breaks off while it is sent is remembered as the cause', async () => {
  const broken = payloadOf([{ from: 0, to: 10 }], () => Readable.from([file.subarray(0, 3)]));
  const sending = new Sending(sender, [], broken, broken);
  await assert.rejects(Array.fromAsync(sending.stdin()), /it ended at byte 3/);
  assert.match(sending.broken?.message ?? '', /it ended at byte 3, and 10 were there before/);
});
