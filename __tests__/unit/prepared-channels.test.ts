import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { ServerChannel } from 'ssh2';
import { quote } from '../../src/host/quote.ts';
import type { Session } from '../../src/ssh/session.ts';
import { waitingShell } from '../../src/ssh/waiting-shell.ts';
import { type HostShell, shells } from '../host/host-shell.ts';
import { connectTo } from './connected-session.ts';
import { makeKey } from './made-keys.ts';
import { type SshHostOptions, startSshHost } from './ssh-host.ts';

const hostKey = makeKey('ed25519');
const userKey = makeKey('ed25519');

/** A host that has a real shell do what it is asked; gives the requests too. */
async function open(
  t: TestContext,
  { command: shell, first }: Pick<HostShell, 'command' | 'first'> = { command: 'sh', first: [] },
  options: Pick<SshHostOptions, 'mostSessions' | 'perform'> = {},
) {
  const asked: string[] = [];
  const run = (command: string, channel: ServerChannel): void => {
    const child = spawn(shell, [...first, '-c', command]);
    channel.pipe(child.stdin).on('error', () => undefined);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    child.on('close', code => {
      channel.exit(code ?? 255);
      channel.end();
    });
    channel.on('close', () => child.kill());
  };
  const host = await startSshHost({
    hostKey,
    userKey,
    ...options,
    perform: (command, channel, connection) => {
      asked.push(command);
      (options.perform ?? run)(command, channel, connection);
    },
  });
  return { host, asked, session: await connectTo(t, host, hostKey, userKey) };
}

async function say(session: Session, command: string, stdin?: Readable) {
  let said = '';
  const onLine = (line: string): void => {
    said += `${line}\n`;
  };
  const outcome = await session.exec(command, { onLine, onErrorLine: onLine, ...(stdin && { stdin }) });
  return [outcome, said] as const;
}

const exited = (code: number) => ({ kind: 'exited', code });

for (const shell of shells) {
  test(`${shell.name}: a prepared channel runs what it is given later, word for word, and leaves the rest of stdin to it`, async t => {
    const { session, asked } = await open(t, shell);
    const words = [
      'a b',
      "it's",
      '!!',
      'back\\slash',
      'tail\\',
      '$HOME `id`',
      'line\nline',
      'é あ 日本',
      ' x ',
      '',
    ];
    await session.prepare(words.length);
    assert.equal(session.prepared(), words.length);
    for (const word of words) {
      const command = `printf '<%s>\\n' ${quote(word)}; cat; exit 7`;
      const answer = await say(session, command, Readable.from(['one\n', 'two\n']));
      assert.deepEqual(answer, [exited(7), `<${word}>\none\ntwo\n`]);
    }
    assert.equal(session.prepared(), 0);
    assert.deepEqual(await say(session, 'echo one more'), [exited(0), 'one more\n']);
    assert.deepEqual(asked, [...words.map(() => waitingShell), 'echo one more']);
  });
}

test('where sshd opens fewer channels there are fewer, and each command still runs', async t => {
  const { session } = await open(t, undefined, { mostSessions: 2 });
  await session.prepare(5);
  assert.equal(session.prepared(), 2);
  for (const word of ['one', 'two', 'three'])
    assert.deepEqual(await say(session, `echo ${word}`), [exited(0), `${word}\n`]);
});

test('a channel whose shell has ended is not used', async t => {
  const { session, asked } = await open(t, undefined, {
    perform: (command, channel) => {
      channel.write(`${command === waitingShell ? 'not here' : 'here'}\n`);
      channel.exit(command === waitingShell ? 1 : 0);
      channel.end();
    },
  });
  await session.prepare(1);
  while (session.prepared() > 0) await new Promise(resolve => setTimeout(resolve, 5));
  assert.deepEqual(await say(session, 'echo here'), [exited(0), 'here\n']);
  assert.deepEqual(asked, [waitingShell, 'echo here']);
});

test('what a login shell says before its command comes is heard with it', async t => {
  const { session } = await open(t, undefined, {
    perform: (_command, channel) => {
      channel.write('Welcome!\n');
      channel.once('data', () => {
        channel.exit(3);
        channel.end();
      });
    },
  });
  await session.prepare(1);
  assert.deepEqual(await say(session, 'x'), [exited(3), 'Welcome!\n']);
});

test('a channel that is never used ends with the session, having run nothing', async t => {
  const { session, host, asked } = await open(t);
  await session.prepare(3);
  session.end();
  assert.equal(session.prepared(), 0);
  while (host.open() > 0) await new Promise(resolve => setTimeout(resolve, 5));
  assert.deepEqual(asked, [waitingShell, waitingShell, waitingShell]);
  await session.prepare(1);
  assert.deepEqual(await say(session, 'x'), [{ kind: 'lost', why: 'the session was ended' }, '']);
});

test('the time of a round trip is known once connected', async t => {
  const { session } = await open(t);
  assert.ok(session.roundTripMs > 0 && session.roundTripMs < 15_000, String(session.roundTripMs));
});
