import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildJar } from '../../sandbox/app/build.ts';
import { startLoad } from '../../sandbox/load/load.ts';
import { type RunningApp, runApp, waitUntilUp } from './running-app.ts';

const MEGABYTE = 1_000_000;

test('a throttled upload takes its time, one that is not takes none, and both are whole', async t => {
  const app = await startApp(t);
  const load = await startLoad(app.url, {
    connections: 1,
    rate: 5,
    uploads: 1,
    throttledUploads: 1,
    uploadBytes: 2 * MEGABYTE,
    uploadBytesPerSecond: MEGABYTE,
    seconds: 60,
  });
  await sleep(3000);
  const result = await load.stop();
  assert.equal(result.failed, 0, JSON.stringify(result.samples));
  assert.equal(result.throttledUploads.requests, 2, 'each takes 2 s, and the second is waited for');
  assert.ok(result.seconds >= 4);
  assert.ok(
    result.uploads.requests > 2 && result.uploads.requests <= 13,
    `${result.uploads.requests} uploads`,
  );
});

test('a large body is held once, however many send it', async t => {
  const app = await startApp(t);
  const peaks = await Promise.all(
    [1, 20 * MEGABYTE].map(async uploadBytes => {
      const load = await startLoad(app.url, {
        connections: 1,
        rate: 5,
        uploads: 3,
        throttledUploads: 3,
        uploadBytes,
        uploadBytesPerSecond: 10 * MEGABYTE,
        seconds: 60,
      });
      await sleep(2500);
      const status = await readFile(`/proc/${load.pid}/status`, 'utf8');
      const result = await load.stop();
      assert.equal(result.failed, 0, JSON.stringify(result.samples));
      assert.ok(result.uploads.requests >= 3 && result.throttledUploads.requests >= 3);
      return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
    }),
  );
  const [small = 0, large = 0] = peaks;
  t.diagnostic(`peak of ${small.toFixed(0)} MB with bodies of a byte, ${large.toFixed(0)} MB with 20 MB`);
  assert.ok(large - small < 60, `${small} and ${large} MB`);
});

test('the first seconds of a version are told apart: a cold JVM is slow', async t => {
  const app = await startApp(t);
  const load = await startLoad(app.url, {
    path: '/work',
    connections: 2,
    rate: 100,
    postEvery: 0,
    newPerSecond: 5,
    firstSeconds: 1,
    seconds: 8,
  });
  const result = await load.finished;
  assert.equal(result.failed, 0, JSON.stringify(result.samples));
  const seen = result.versions['5'];
  assert.ok(seen !== undefined);
  assert.equal(seen.count, result.requests, 'new connections ask for the path too');
  assert.ok(seen.first.count > 10 && seen.first.count < seen.count / 3, `${seen.first.count} first ones`);
  assert.ok(seen.first.p99Ms > 3 * seen.p50Ms, JSON.stringify(seen));
  assert.ok(seen.p99Ms <= seen.first.p99Ms && seen.p50Ms < seen.first.p50Ms, JSON.stringify(seen));
  t.diagnostic(JSON.stringify(seen));
});

test('an answer without a version and a path that is none are refused', async t => {
  const app = await startApp(t);
  const load = await startLoad(app.url, {
    path: '/args',
    connections: 1,
    rate: 10,
    postEvery: 0,
    seconds: 1,
  });
  const result = await load.finished;
  assert.deepEqual(result.failures, { content: result.requests });
  await assert.rejects(startLoad(app.url, { path: 'work' }), /not a path: work/);
  await assert.rejects(startLoad(app.url, { path: '/a b' }), /not a path/);
});

async function startApp(t: TestContext): Promise<RunningApp> {
  const app = await runApp(await buildJar({ version: '5', megabytes: 1 }));
  t.after(async () => {
    app.kill('SIGKILL');
    await app.ended;
  });
  await waitUntilUp(app);
  return app;
}
