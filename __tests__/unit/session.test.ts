import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { ExecStreams, Outcome, Session } from '../../src/ssh/session.ts';
import { connectTo } from './connected-session.ts';
import { makeKey } from './made-keys.ts';
import { type SshHostOptions, startSshHost } from './ssh-host.ts';

const hostKey = makeKey('ed25519');
const userKey = makeKey('ed25519');

async function open(t: TestContext, perform: NonNullable<SshHostOptions['perform']>): Promise<Session> {
  const host = await startSshHost({ hostKey, userKey, perform });
  return await connectTo(t, host, hostKey, userKey);
}

interface Heard {
  readonly outcome: Outcome;
  readonly lines: readonly string[];
  readonly errors: readonly string[];
}

async function exec(session: Session, command: string, stdin?: Readable): Promise<Heard> {
  const lines: string[] = [];
  const errors: string[] = [];
  const streams: ExecStreams = {
    onLine: line => lines.push(line),
    onErrorLine: line => errors.push(line),
    ...(stdin && { stdin }),
  };
  return { outcome: await session.exec(command, streams), lines, errors };
}

test('a command that ends has its status and both of its outputs', async t => {
  const session = await open(t, (command, channel) => {
    channel.write(`did ${command}\n`);
    channel.stderr.write('oops\n');
    setTimeout(() => {
      channel.exit(7);
      channel.end();
    }, 20);
  });
  assert.deepEqual(await exec(session, 'this'), {
    outcome: { kind: 'exited', code: 7 },
    lines: ['did this'],
    errors: ['oops'],
  });
});

test('an answer, its output and its status that come all at once are not missed', async t => {
  const session = await open(t, (_command, channel) => {
    channel.write('hello\n');
    channel.exit(44);
    channel.end();
  });
  for (let round = 0; round < 20; round++) {
    const { outcome, lines } = await exec(session, 'quick');
    assert.deepEqual([outcome, lines], [{ kind: 'exited', code: 44 }, ['hello']]);
  }
});

test('a command that a signal ended is killed, not successful', async t => {
  const session = await open(t, (_command, channel) => {
    setTimeout(() => {
      channel.exit('KILL');
      channel.end();
    }, 20);
  });
  const { outcome } = await exec(session, 'x');
  assert.equal(outcome.kind, 'killed');
  assert.match(outcome.kind === 'killed' ? outcome.signal : '', /KILL/);
});

test('a channel that closes without a status is lost, not successful', async t => {
  const session = await open(t, (_command, channel) => {
    setTimeout(() => channel.close(), 20);
  });
  assert.deepEqual((await exec(session, 'x')).outcome, {
    kind: 'lost',
    why: 'the channel ended without a status',
  });
});

test('a link that breaks loses every command that runs, and those that come after', async t => {
  const session = await open(t, (command, channel, connection) => {
    channel.write('began\n');
    if (command === 'break') setTimeout(() => connection.end(), 50);
  });
  const [one, two] = await Promise.all([exec(session, 'stay'), exec(session, 'break')]);
  assert.deepEqual([one?.outcome.kind, two?.outcome.kind], ['lost', 'lost']);
  assert.deepEqual(one?.lines, ['began']);
  assert.equal((await exec(session, 'later')).outcome.kind, 'lost');
});

test('what is given as stdin arrives whole, as a stream, and then ends', async t => {
  const session = await open(t, (_command, channel) => {
    let bytes = 0;
    channel.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    channel.on('end', () => {
      channel.write(`${bytes}\n`);
      channel.exit(0);
      channel.end();
    });
  });
  const megabyte = Buffer.alloc(1024 * 1024, 'x');
  const big = Readable.from(
    Array.from({ length: 8 }, () => megabyte),
    { objectMode: false },
  );
  assert.deepEqual((await exec(session, 'count', big)).lines, ['8388608']);
  assert.deepEqual((await exec(session, 'count')).lines, ['0']);
});

test('a command that ends before it has read its stdin leaves the stream destroyed', async t => {
  const session = await open(t, (_command, channel) => {
    channel.exit(12);
    channel.end();
    channel.close();
  });
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(65_536));
    },
  });
  assert.deepEqual((await exec(session, 'full', endless)).outcome, { kind: 'exited', code: 12 });
  assert.equal(endless.destroyed, true);
});

test('a session that was ended performs nothing any more', async t => {
  const asked: string[] = [];
  const session = await open(t, command => asked.push(command));
  session.end();
  assert.deepEqual((await exec(session, 'x')).outcome, { kind: 'lost', why: 'the session was ended' });
  assert.deepEqual(asked, []);
});
