import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ActionRun } from '../../sandbox/runner.ts';
import {
  activeColors,
  assertDeployed,
  assertNothingLeft,
  assertRefused,
  describeOnHost,
  underLoad,
} from './target.ts';

interface Told {
  readonly drain: {
    readonly ms: number;
    readonly open: number;
    readonly cut: number;
    readonly cutWebSockets: number;
  };
  readonly traffic: {
    readonly requests: number;
    readonly failed: number;
    readonly own: { readonly requests: number };
  };
}

const toldBy = (run: ActionRun): Told => JSON.parse(run.outputs.result ?? '').hosts[0];

/** How long the graceful shutdown of the release waits, as an app may set it. */
const shortPhase = 'SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE=1s';

await describeOnHost('drain', {}, target => {
  test('idle pooled connections are no requests: a busy site without long ones drains in about a second', async () => {
    await target().deploy('1');
    const [run] = await underLoad(target().url, () =>
      target().deploy('2', { 'drain-timeout': '30s', env: shortPhase }),
    );
    assertDeployed(run, 'green');
    const { drain } = toldBy(run);
    assert.deepEqual([drain.open, drain.cut, drain.cutWebSockets], [0, 0, 0]);
    assert.ok(drain.ms < 15_000, `the drain took ${drain.ms} ms of 30 s`);
  });

  test('WebSockets and streams of events are waited for to the deadline, and counted when they are cut', async () => {
    const { host, url } = target();
    const sockets = [1, 2, 3].map(() => new WebSocket(`ws://${host.address}/ws`));
    const ended = sockets.map(
      socket => new Promise<void>(resolve => socket.addEventListener('close', () => resolve())),
    );
    await Promise.all(
      sockets.map(socket => new Promise(resolve => socket.addEventListener('open', resolve, { once: true }))),
    );
    const aborting = new AbortController();
    const events = await fetch(`${url}/events?every=200`, { signal: aborting.signal });
    const stream = events.text().catch(() => 'cut');

    const run = await target().deploy('3', {
      'drain-timeout': '3s',
    });
    assertDeployed(run, 'blue');
    await Promise.all(ended);
    aborting.abort();
    await stream;
    const { drain } = toldBy(run);
    assert.equal(drain.open, 4, 'three WebSockets and a stream were open at the deadline');
    assert.equal(drain.cutWebSockets, 3);
    assert.ok(drain.cut >= 1, 'the stream at least was cut');
    assert.ok(drain.ms >= 3000);
    assert.match(run.log, /4 connections to green were still open after 3 s/);
    assert.match(run.summary, /then 4 connections still open; \d were cut, 3 of them WebSockets/);
    await assertNothingLeft(host);
  });

  test('a slow request that outlasts the drain is answered by the graceful shutdown, and is not counted as cut', async () => {
    const { url } = target();
    const asked = Promise.withResolvers<Response>();
    const inputs = { 'drain-timeout': '2s' };
    const run = await target().deploy('4', inputs, {
      onLine: line => {
        if (line.startsWith('start took')) asked.resolve(fetch(`${url}/slow?ms=7000`));
      },
    });
    const answer = await asked.promise;
    assertDeployed(run, 'green');
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /slept=7000/);
    const { drain } = toldBy(run);
    assert.deepEqual([drain.open, drain.cut], [1, 0], run.log);
  });

  test('a release that loses its health while the old one drains: the traffic goes back, the old one is not stopped', async () => {
    const { host, url } = target();
    const slow = Promise.withResolvers<Response>();
    const inputs = { env: 'SAMPLE_TURN_BAD=unhealthy\nSAMPLE_TURN_BAD_AFTER_MS=1000' };
    const [run, load] = await underLoad(url, () =>
      target().deploy('5', inputs, {
        onLine: line => {
          if (line.startsWith('start took')) slow.resolve(fetch(`${url}/slow?ms=6000`));
        },
      }),
    );
    assert.equal((await slow.promise).status, 200);
    assertRefused(run, {
      stage: 'retire',
      reason: 'unhealthy',
      outcome: 'reverted',
      says: /did not hold up until the release before it was stopped .*health answered 503.*serves again/,
    });
    assert.equal(load.failed, 0, JSON.stringify(load.failures));
    assert.equal(run.outputs.changed, 'false');
    assert.equal(await activeColors(host), 'green');
    assert.match(await (await fetch(url)).text(), /version=4/);
    await assertNothingLeft(host);
  });

  test('a host without traffic says that there was none, and what became of our own requests', async () => {
    const run = await target().deploy('6');
    assertDeployed(run, 'blue');
    assert.equal(run.outputs['downtime-ms'], '');
    const { traffic } = toldBy(run);
    assert.equal(traffic.requests, 0);
    assert.ok(traffic.own.requests > 0);
    assert.match(run.summary, /There was no traffic .* own \d+ requests through the front door 0 failed/);
  });
});
