import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../../src/ssh/session.ts';
import { connectTo } from './connected-session.ts';
import { makeKey } from './made-keys.ts';
import { startSshHost } from './ssh-host.ts';

const hostKey = makeKey('ed25519');
const userKey = makeKey('ed25519');

/** A host that allows so many sessions a connection; `hold` runs until its stdin ends, all else says what stdin was. */
async function start(t: TestContext, mostSessions: number) {
  const host = await startSshHost({
    hostKey,
    userKey,
    mostSessions,
    perform: async (_command, channel) => {
      for await (const chunk of channel) channel.write(chunk);
      channel.exit(0);
      channel.end();
    },
  });
  return { host, session: await connectTo(t, host, hostKey, userKey) };
}

async function run(session: Session, command: string, stdin: Readable) {
  const lines: string[] = [];
  const onLine = (line: string) => lines.push(line);
  return { outcome: await session.exec(command, { stdin, onLine, onErrorLine: onLine }), lines };
}

test('where a connection takes one session, others run one after the other over a second one', async t => {
  const { host, session } = await start(t, 1);
  const beats = new PassThrough();
  const held = run(session, 'hold', beats);
  await sleep(50);
  for (const word of ['one', 'two', 'three']) {
    const { outcome, lines } = await run(session, 'echo', Readable.from([`${word}\n`]));
    assert.deepEqual([outcome, lines], [{ kind: 'exited', code: 0 }, [word]]);
  }
  assert.equal(host.connections(), 2);
  assert.equal(session.isOpen(), true);
  beats.end('bye\n');
  assert.deepEqual(await held, { outcome: { kind: 'exited', code: 0 }, lines: ['bye'] });
  session.end();
  while (host.open() > 0) await sleep(5);
});

test('where a connection takes two, there is no second one', async t => {
  const { host, session } = await start(t, 2);
  const beats = new PassThrough();
  const held = run(session, 'hold', beats);
  await run(session, 'echo', Readable.from(['one\n']));
  assert.equal(host.connections(), 1);
  beats.end();
  await held;
});

test('where none is allowed, it is refused, and what was to be sent is not touched', async t => {
  const { session } = await start(t, 0);
  const stdin = Readable.from(['one\n']);
  const { outcome } = await run(session, 'echo', stdin);
  assert.equal(outcome.kind, 'refused');
  assert.equal(stdin.readableDidRead, false);
});
