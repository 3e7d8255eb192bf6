import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLoad } from '../../sandbox/load/load.ts';
import type { LoadOptions } from '../../sandbox/load/options.ts';
import type { LoadResult } from '../../sandbox/load/result.ts';
import { type FaultyServer, startFaultyServer, type Treatment } from './faulty-server.ts';
import { findFreePort } from './running-app.ts';

const ANSWER: Treatment = { kind: 'answer' };

test('a good server: nothing fails, and both sides count the same', async t => {
  const server = await startServer(t, () => ANSWER);
  const result = await run(server, { rate: 'max', connections: 16, newPerSecond: 20, seconds: 2 });
  assert.equal(result.failed, 0);
  assert.equal(result.failing, undefined);
  assert.equal(result.requests, server.counts.requests);
  assert.equal(result.posts.requests, server.counts.posts);
  assert.equal(result.versions['1']?.count, result.gets.requests + result.fresh.requests);
  assert.ok(result.posts.requests > 100 && result.fresh.requests >= 30 && result.fresh.requests <= 41);
  assert.ok(result.requests > 2000, `${result.requests} requests`);
  assert.ok(result.p50Ms > 0 && result.p99Ms >= result.p50Ms);
  assert.ok(result.longestGapMs < 1500);
});

test('resets, closes and cut answers are counted exactly, and nothing is sent again', async t => {
  const server = await startServer(t, turn => {
    if (turn % 100 === 0) return { kind: 'reset' };
    if (turn % 100 === 33) return { kind: 'close' };
    return turn % 100 === 66 ? { kind: 'cut-short' } : ANSWER;
  });
  const result = await run(server, { rate: 'max', connections: 32, newPerSecond: 16, seconds: 2 });
  assert.equal(result.requests, server.counts.requests);
  assert.deepEqual(result.failures, {
    reset: server.counts.reset,
    closed: server.counts.close + server.counts['cut-short'],
  });
  assert.ok(server.counts.reset > 10);
  assert.equal(result.idleCloses, 0);
  assert.equal(result.failed, server.counts.reset + server.counts.close + server.counts['cut-short']);
});

test('it is told from when until when requests failed', async t => {
  const server = await startServer(t, turn => (turn > 60 && turn <= 80 ? { kind: 'reset' } : ANSWER));
  const result = await run(server, { rate: 100, connections: 1, seconds: 2 });
  const { fromMs = 0, untilMs = 0 } = result.failing ?? {};
  assert.ok(fromMs > 400 && untilMs >= fromMs && untilMs < 1900, JSON.stringify(result.failing));
  assert.equal(fromMs, result.samples[0]?.ms);
});

test('other statuses and wrong bodies are counted exactly', async t => {
  const server = await startServer(t, turn => {
    if (turn % 50 === 0) return { kind: 'answer', status: 502 };
    return turn % 50 === 25 ? { kind: 'answer', body: 'length=1 sha256=00' } : ANSWER;
  });
  const result = await run(server, { rate: 2000, connections: 8, seconds: 1 });
  const turns = server.counts.requests;
  assert.equal(result.requests, turns);
  assert.deepEqual(result.failures, {
    status: Math.floor(turns / 50),
    content: Math.floor((turns + 25) / 50),
  });
  assert.equal(result.byStatus['502'], Math.floor(turns / 50));
  assert.equal(result.idleCloses, 0);
});

test('idle connections that the server closes are no failures', async t => {
  const server = await startServer(t, () => ({ kind: 'answer', thenIdleMs: 20 }));
  const result = await run(server, { rate: 50, connections: 10, seconds: 2 });
  assert.equal(result.failed, 0);
  assert.equal(result.requests, server.counts.requests);
  assert.ok(result.idleCloses >= 50, `${result.idleCloses} idle closes`);
  assert.ok(Math.abs(result.idleCloses - server.counts.idleCloses) <= 10);
});

test('an answer that never comes is a timeout', async t => {
  const server = await startServer(t, turn => (turn === 10 ? { kind: 'ignore' } : ANSWER));
  const result = await run(server, { rate: 100, connections: 4, timeoutMs: 300, seconds: 1 });
  assert.deepEqual(result.failures, { timeout: 1 });
  assert.equal(result.requests, server.counts.requests);
});

test('a port nobody listens on is refused, and the gap is the whole run', async () => {
  const load = await startLoad(`http://127.0.0.1:${await findFreePort()}/`, {
    connections: 2,
    rate: 20,
    seconds: 1,
  });
  const result = await load.finished;
  assert.ok(result.requests >= 10);
  assert.deepEqual(result.failures, { refused: result.requests });
  assert.ok(result.longestGapMs >= 900);
});

test('stop ends a long run early, and slow requests and uploads are finished', async t => {
  const server = await startServer(t, () => ANSWER);
  const load = await startLoad(server.url, {
    connections: 2,
    rate: 20,
    slow: 1,
    throttledUploads: 2,
    uploadBytes: 20_000,
    uploadBytesPerSecond: 40_000,
    seconds: 300,
  });
  await sleep(1200);
  const result = await load.stop();
  assert.ok(result.seconds < 10);
  assert.equal(result.failed, 0);
  assert.ok(result.throttledUploads.requests >= 4);
  assert.ok(result.slow.requests >= 1);
  assert.equal(result.requests, server.counts.requests);
  assert.equal((await load.stop()).requests, result.requests);
});

test('a run longer than 900 seconds and an unknown flag are refused', async () => {
  await assert.rejects(startLoad('http://127.0.0.1:1/', { seconds: 901 }), /900 at most/);
  await assert.rejects(startLoad('ftp://127.0.0.1/'), /not an http URL/);
});

async function startServer(t: TestContext, treat: (turn: number) => Treatment): Promise<FaultyServer> {
  const server = await startFaultyServer(treat);
  t.after(() => server.stop());
  return server;
}

async function run(server: FaultyServer, options: Partial<LoadOptions>): Promise<LoadResult> {
  return (await startLoad(server.url, options)).finished;
}
