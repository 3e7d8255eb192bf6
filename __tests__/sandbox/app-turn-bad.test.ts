import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildJar } from '../../sandbox/app/build.ts';
import { type RunningApp, runApp, waitUntilUp } from './running-app.ts';

const AFTER_MS = 400;
const HEALTH = '/actuator/health';

test('errors: every request fails, health stays up', async t => {
  const app = await startTurning(t, 'errors');
  assert.equal((await ask(app, '/')).status, 200);
  await waitUntilBad(app, 'errors');
  for (const path of ['/', '/version', '/nowhere']) assert.equal((await ask(app, path)).status, 500);
  assert.equal((await fetch(`${app.url}/version`)).status, 500, 'not only through nginx');
  assert.deepEqual(await ask(app, HEALTH), { status: 200, body: '{"status":"UP"}' });
});

test('slow: every request takes 3 s longer and is right, health is quick', async t => {
  const app = await startTurning(t, 'slow');
  await ask(app, '/');
  await waitUntilBad(app, 'slow');
  const began = performance.now();
  const slow = ask(app, '/version');
  assert.equal((await ask(app, HEALTH)).status, 200);
  assert.ok(performance.now() - began < 2500);
  assert.deepEqual(await slow, { status: 200, body: '7' });
  assert.ok(performance.now() - began >= 2990);
});

test('exit: the process ends with status 3, not gracefully', async t => {
  const app = await startTurning(t, 'exit');
  await ask(app, '/');
  assert.deepEqual(await app.ended, { code: 3, signal: null });
  assert.match(app.stdout(), /turning bad: exit/);
  assert.doesNotMatch(app.stdout(), /graceful shutdown/);
});

test('unhealthy: health is down, the rest works', async t => {
  const app = await startTurning(t, 'unhealthy');
  assert.equal((await ask(app, HEALTH)).status, 200);
  await ask(app, '/');
  await waitUntilBad(app, 'unhealthy');
  assert.deepEqual(await ask(app, HEALTH), { status: 503, body: '{"status":"DOWN"}' });
  assert.deepEqual(await ask(app, '/version'), { status: 200, body: '7' });
});

test('health requests and those past nginx do not start it', async t => {
  const app = await startTurning(t, 'errors');
  await ask(app, HEALTH);
  await fetch(`${app.url}/`);
  await sleep(AFTER_MS * 2);
  assert.doesNotMatch(app.stdout(), /turning bad/);
  assert.equal((await ask(app, '/')).status, 200);
});

test('an unknown way is no start', async () => {
  const app = await runApp(await jar(), { SAMPLE_TURN_BAD: 'nonsense' });
  assert.equal((await app.ended).code, 1);
  assert.match(app.stderr(), /TurnBad\.Way\.NONSENSE/);
});

function jar(): Promise<string> {
  return buildJar({ version: '7', megabytes: 1 });
}

async function startTurning(t: TestContext, way: string): Promise<RunningApp> {
  const app = await runApp(await jar(), {
    SAMPLE_TURN_BAD: way,
    SAMPLE_TURN_BAD_AFTER_MS: String(AFTER_MS),
  });
  t.after(async () => {
    app.kill('SIGKILL');
    await app.ended;
  });
  await waitUntilUp(app);
  return app;
}

/** Asks as nginx does for a client. */
async function ask(
  app: RunningApp,
  path: string,
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const asked = request(app.url + path, { headers: { 'x-forwarded-for': '192.0.2.1' } }).end();
  const [answer] = await once(asked, 'response');
  return { status: answer.statusCode, body: await text(answer) };
}

async function waitUntilBad(app: RunningApp, way: string): Promise<void> {
  const line = new RegExp(
    `^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\S*Z  WARN ${app.pid} .* turning bad: ${way}$`,
    'm',
  );
  for (const deadline = performance.now() + 10_000; performance.now() < deadline; await sleep(20)) {
    if (line.test(app.stdout())) return;
  }
  assert.fail(`it did not turn bad: ${app.stdout()} ${app.stderr()}`);
}
