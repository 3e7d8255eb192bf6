import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildJar } from '../../sandbox/app/build.ts';
import { findFreePort, type RunningApp, runApp, waitUntilUp } from './running-app.ts';

const VERSION = '3.1.4';

test('the app tells its version, port, environment and arguments', async t => {
  const app = await startApp(t, { SAMPLE_NAME: 'a "b" \\c' }, ['-Dsample=1']);
  assert.equal(await read(app, '/'), `version=${VERSION} pid=${app.pid} port=${app.port}`);
  assert.equal(await read(app, '/version'), VERSION);
  assert.equal(await read(app, '/env?name=SAMPLE_NAME'), 'a "b" \\c');
  assert.equal((await fetch(`${app.url}/env?name=NOT_SET`)).status, 404);
  const args: unknown = JSON.parse(await read(app, '/args'));
  assert.deepEqual(args, {
    jvm: ['-Xmx128m', '-Dsample=1'],
    args: ['--some=arg'],
    directory: process.cwd(),
    user: userInfo().username,
  });
});

test('echo tells the length and hash of the body', async t => {
  const app = await startApp(t);
  const body = Buffer.alloc(300_000, 'x');
  const answer = await fetch(`${app.url}/echo`, { method: 'POST', body });
  const sha256 = createHash('sha256').update(body).digest('hex');
  assert.equal(await answer.text(), `length=300000 sha256=${sha256}`);
});

test('the jar stays open while the app runs', async t => {
  const app = await startApp(t);
  const folder = `/proc/${app.pid}/fd`;
  const targets = await Promise.all(
    (await readdir(folder)).map(name => readlink(`${folder}/${name}`).catch(() => '')),
  );
  assert.ok(targets.some(target => target.endsWith('.jar') && target.includes(`sample-${VERSION}`)));
});

test('health is up, down, redirected or guarded', async t => {
  const expected = {
    up: [200, '{"status":"UP"}'],
    down: [503, '{"status":"DOWN"}'],
    redirect: [302, ''],
    unauthorized: [401, ''],
  } as const;
  for (const [health, [status, body]] of Object.entries(expected)) {
    const app = await startApp(t, { SAMPLE_HEALTH: health });
    const answer = await fetch(`${app.url}/actuator/health`, { redirect: 'manual' });
    assert.deepEqual([answer.status, await answer.text()], [status, body]);
  }
});

test('SIGTERM refuses new connections, finishes a slow request, and ends with 143', async t => {
  const app = await startApp(t);
  const slow = read(app, '/slow?ms=1500');
  await sleep(300);
  app.kill('SIGTERM');
  await sleep(400);
  const [error] = await once(connect(app.port, '127.0.0.1'), 'error');
  assert.equal(error.code, 'ECONNREFUSED');
  // A connection kept from before is still served, and told to close.
  assert.equal((await fetch(`${app.url}/version`)).headers.get('connection'), 'close');
  assert.equal(await slow, `version=${VERSION} slept=1500`);
  assert.equal((await app.ended).code, 143);
  assert.match(app.stdout(), /Graceful shutdown complete/);
});

test('SIGTERM ends an idle app at once', async t => {
  const app = await startApp(t);
  const began = performance.now();
  app.kill('SIGTERM');
  assert.equal((await app.ended).code, 143);
  assert.ok(performance.now() - began < 2000);
});

test('an app that hangs at its stop outlives SIGTERM', async t => {
  const app = await startApp(t, { SAMPLE_HANG_AT_STOP: '1' });
  app.kill('SIGTERM');
  const outcome = await Promise.race([app.ended, sleep(1500, 'alive')]);
  assert.equal(outcome, 'alive');
  app.kill('SIGKILL');
  assert.equal((await app.ended).signal, 'SIGKILL');
});

test('an app that is given a file hangs at its stop only if that is there', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'bluegreen-trouble-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'hang');
  const [calm, hanging] = [
    await startApp(t, { SAMPLE_HANG_AT_STOP: file }),
    await startApp(t, { SAMPLE_HANG_AT_STOP: file }),
  ];
  calm.kill('SIGTERM');
  assert.equal((await calm.ended).code, 143);
  await writeFile(file, '');
  hanging.kill('SIGTERM');
  assert.equal(await Promise.race([hanging.ended, sleep(1500, 'alive')]), 'alive');
});

test('a crash tells a stack trace and the exit code', async () => {
  const app = await runApp(await jar(), { SAMPLE_CRASH: '3' });
  assert.equal((await app.ended).code, 3);
  assert.match(app.stderr(), /IllegalStateException: Application run failed\n\s+at /);
});

test('a leak ends in OutOfMemoryError', async () => {
  const app = await runApp(await jar(), { SAMPLE_LEAK: '1' }, ['-XX:+ExitOnOutOfMemoryError']);
  assert.equal((await app.ended).code, 3);
  assert.match(app.stdout() + app.stderr(), /OutOfMemoryError/);
});

test('a leak may begin some time after the start', async t => {
  const leak = { SAMPLE_LEAK: '1', SAMPLE_LEAK_AFTER_MS: '1000' };
  const app = await startApp(t, leak, ['-XX:+ExitOnOutOfMemoryError']);
  assert.equal(await read(app, '/version'), VERSION);
  assert.equal((await app.ended).code, 3);
  assert.match(app.stdout() + app.stderr(), /OutOfMemoryError/);
});

test('POST /leak begins one now; GET does not', async t => {
  const app = await startApp(t, {}, ['-XX:+ExitOnOutOfMemoryError']);
  assert.equal((await fetch(`${app.url}/leak`)).status, 405);
  assert.equal((await fetch(`${app.url}/leak`, { method: 'POST' })).status, 202);
  assert.equal((await app.ended).code, 3);
  assert.match(app.stdout() + app.stderr(), /OutOfMemoryError/);
});

test('a delayed start listens only afterwards; the log has hostile lines', async t => {
  const began = performance.now();
  const app = await startApp(t, { SAMPLE_START_DELAY_MS: '1500', SAMPLE_LOG_LINES: '50' });
  assert.ok(performance.now() - began >= 1500);
  assert.match(app.stdout(), /^::error::hostile\n##\[error\]hostile\n/m);
  assert.match(app.stdout(), /line 50 of 50/);
});

test('a management port takes the health away from the main port', async t => {
  const management = await findFreePort();
  const app = await startApp(t, { MANAGEMENT_SERVER_PORT: String(management) });
  assert.equal((await fetch(`${app.url}/actuator/health`)).status, 404);
  assert.equal((await fetch(`http://127.0.0.1:${management}/actuator/health`)).status, 200);
});

function jar(): Promise<string> {
  return buildJar({ version: VERSION, megabytes: 1 });
}

async function startApp(
  t: TestContext,
  environment: Readonly<Record<string, string>> = {},
  jvm: readonly string[] = [],
): Promise<RunningApp> {
  const app = await runApp(await jar(), environment, jvm);
  t.after(async () => {
    app.kill('SIGKILL');
    await app.ended;
  });
  await waitUntilUp(app);
  return app;
}

async function read(app: RunningApp, path: string): Promise<string> {
  return (await fetch(app.url + path)).text();
}
