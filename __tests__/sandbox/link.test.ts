import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxHost } from '../../sandbox/host.ts';
import { cutSilently, resetConnections, slowDown } from '../../sandbox/link.ts';
import { describeOnHost } from '../system/target.ts';

interface Session {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Lines that came back. */
  readonly lines: string[];
}

/** An SSH session that repeats each line it is sent; the first has come back. */
async function startEcho(host: SandboxHost): Promise<Session> {
  const process = spawn(
    'ssh',
    [
      '-i',
      host.privateKeyFile,
      '-o',
      `UserKnownHostsFile=${host.knownHostsFile}`,
      `${host.user}@${host.address}`,
      'cat',
    ],
    { stdio: 'pipe' },
  );
  const lines: string[] = [];
  const back = createInterface({ input: process.stdout }).on('line', line => lines.push(line));
  process.stdin.write('hello\n');
  await once(back, 'line');
  return { process, lines };
}

await describeOnHost('faults of the SSH link', {}, target => {
  test('a silent cut stops both directions and closes nothing; healed, the session goes on; no request is lost', async () => {
    const { host, url } = target();
    const { process, lines } = await startEcho(host);
    await underRequests(url, async () => {
      const cut = await cutSilently(host);
      try {
        process.stdin.write('into the cut\n');
        await sleep(1500);
        assert.deepEqual(lines, ['hello']);
        assert.equal(process.exitCode, null);
        assert.match(
          await host.sh("ss -Htn state established 'sport = :22'"),
          /:22/,
          'the host noticed nothing',
        );
      } finally {
        await cut.heal();
      }
      await untilLines(lines, 2);
      await cut.heal();
    });
    assert.deepEqual(lines, ['hello', 'into the cut']);
    process.stdin.end();
    const [code] = await once(process, 'close');
    assert.equal(code, 0);
  });

  test('a reset ends every session at once, at both ends, and no request; the next session works', async () => {
    const { host, url } = target();
    const sessions = await Promise.all([startEcho(host), startEcho(host)]);
    const ends = sessions.map(({ process }) => once(process, 'close'));
    const count = await underRequests(url, () => resetConnections(host));
    assert.equal(count, 2);
    assert.deepEqual(
      (await Promise.all(ends)).map(([code]) => code),
      [255, 255],
    );
    await host.sh('until ! pgrep -u ec2-user cat >/dev/null; do sleep 0.05; done');
    assert.equal(await resetConnections(host), 0);
    const { process, lines } = await startEcho(host);
    process.stdin.end();
    await once(process, 'close');
    assert.deepEqual(lines, ['hello']);
  });

  test('a slow link holds up SSH alone', async () => {
    const { host, url } = target();
    const body = Buffer.alloc(1_000_000, `${'x'.repeat(99)}\n`);
    const sent = async (): Promise<number> => {
      const { process, lines } = await startEcho(host);
      const began = performance.now();
      process.stdin.end(body);
      await once(process, 'close');
      assert.equal(lines.length, 10_001);
      return performance.now() - began;
    };
    const slow = await slowDown(host, '4mbit');
    try {
      assert.ok((await sent()) > 1500, '8 Mbit at 4 Mbit/s take 2 s');
      const began = performance.now();
      for (let requests = 0; requests < 50; requests++) await get(url);
      assert.ok(performance.now() - began < 1500, 'fifty requests wait for nothing');
    } finally {
      await slow.heal();
    }
    await slow.heal();
    assert.ok((await sent()) < 1500);
  });
});

/** Waits until so many lines have come back; TCP sends again within seconds. */
async function untilLines(lines: readonly string[], count: number): Promise<void> {
  for (let tries = 0; tries < 200 && lines.length < count; tries++) await sleep(50);
}

/** Asserts that nginx answers one request after another, on a kept connection, while `work` goes on. */
async function underRequests<T>(url: string, work: () => Promise<T>): Promise<T> {
  let isOver = false;
  let answers = 0;
  const requests = (async () => {
    for (; !isOver; answers++) await get(url);
  })();
  const [result] = await Promise.all([
    work().finally(() => {
      isOver = true;
    }),
    requests,
  ]);
  assert.ok(answers > 5, `${answers} answers`);
  return result;
}

async function get(url: string): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(1000) });
  await answer.text();
  assert.equal(answer.status, 200);
}
