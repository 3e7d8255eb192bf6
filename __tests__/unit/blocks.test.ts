import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { Blocks, rangesIn } from '../../src/commands/stages/blocks.ts';
import { channelsFor } from '../../src/commands/stages/channels.ts';
import { payloadOf, type Range } from '../../src/jar/payload.ts';
import { Progress } from '../../src/report/progress.ts';

const file = Buffer.from('0123456789abcdefghij');
const openFile = ({ from, to }: Range): Readable => Readable.from([file.subarray(from, to)]);
const head = (words: string) => `${words.padEnd(31)}\n`;
const sentBy = async (blocks: Blocks): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of blocks.send()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

test('a payload is the ranges of a file in their order, and any part of it can be opened', async () => {
  const payload = payloadOf(
    [
      { from: 10, to: 13 },
      { from: 0, to: 0 },
      { from: 2, to: 6 },
    ],
    openFile,
  );
  assert.equal(payload.bytes, 7);
  for (let from = 0; from <= 7; from++)
    for (let to = from; to <= 7; to++)
      assert.equal((await buffer(payload.open({ from, to }))).toString(), 'abc2345'.slice(from, to));
});

test('a file that has become shorter fails the stream: a block never has fewer bytes than its head says', async () => {
  const payload = payloadOf([{ from: 15, to: 25 }], openFile);
  await assert.rejects(buffer(payload.open({ from: 0, to: 10 })), /it ended at byte 20, and 25 were there/);
});

test('one channel gets all in one block; two take blocks in turn, as each can send', async () => {
  const payload = payloadOf([{ from: 0, to: 10 }], openFile);
  const heard: number[] = [];
  const alone = new Blocks(payload, bytes => heard.push(bytes));
  assert.equal(await sentBy(alone), `${head('0 10')}0123456789`);
  assert.deepEqual(heard, [10]);
  const shared = new Blocks(payload, () => undefined);
  shared.cut(4);
  const one = shared.send();
  const two = shared.send();
  assert.equal(String((await one.next()).value), head('0 4'));
  assert.equal(String((await two.next()).value), head('4 4'));
  assert.equal(String((await two.next()).value), '4567');
  assert.equal(String((await two.next()).value), head('8 2'));
  assert.equal(shared.bytesLeft, 0);
});

test('what is wanted again is sent, and nothing else', async () => {
  const blocks = new Blocks(payloadOf([{ from: 0, to: 20 }], openFile), () => undefined);
  blocks.want(rangesIn('2-4,18-20', 20) ?? []);
  assert.equal(blocks.bytesLeft, 4);
  assert.equal(await sentBy(blocks), `${head('2 2')}23${head('18 2')}ij`);
});

test('ranges that a host cannot want are none', () => {
  assert.deepEqual(rangesIn('', 20), []);
  for (const text of ['x', '5-2', '0-21', '0-5,', '1', '-1-5', '0-99999999999999999999'])
    assert.equal(rangesIn(text, 20)?.length ?? 0, text === '0-5,' ? 1 : 0, text);
});

test('more than one channel where a window bounds the rate, and there is enough to share', () => {
  const jar = 60_000_000;
  assert.deepEqual(
    [0, 5, 60, 180, 300].map(ms => channelsFor(jar, ms)),
    [1, 1, 2, 2, 2],
  );
  assert.equal(channelsFor(500_000, 180), 1);
});

test('progress is told each tenth, not within 5 s, and at the latest after 30 s', () => {
  let now = 1000;
  const lines: string[] = [];
  const progress = new Progress(
    () => now,
    line => lines.push(line),
  );
  progress.expect(100_000_000);
  const go = (ms: number, bytes: number) => {
    now += ms;
    progress.add(bytes);
  };
  go(4000, 30_000_000);
  assert.deepEqual(lines, []);
  go(1000, 20_000_000);
  go(5000, 5_000_000);
  assert.deepEqual(lines.splice(0), ['47.7 MiB of 95.4 MiB (50 %), 9.5 MiB/s, 5 s left']);
  go(1000, 5_000_000);
  assert.deepEqual(lines.splice(0), ['57.2 MiB of 95.4 MiB (60 %), 5.2 MiB/s, 8 s left']);
  go(30_000, 90_000);
  assert.deepEqual(lines.splice(0), ['57.3 MiB of 95.4 MiB (60 %), 1.4 MiB/s, 28 s left']);
  go(600_000, 39_910_000);
  assert.deepEqual(lines, [], 'what is all is told by the end');
});
