import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import { type Teller, tellExecs } from '../../src/commands/told-session.ts';
import { assembleProgram } from '../../src/host/program.ts';
import { installCommand } from '../../src/host/stage.ts';
import type { ExecStreams, Outcome, Session } from '../../src/ssh/session.ts';
import { keepLog } from './kept-log.ts';
import { exited, makeWorld } from './made-world.ts';
import { configOf } from './valid-inputs.ts';

const program = assembleProgram();

/** A session told of in the lines, whose exec says this and then reads its stdin to the end. */
function toldSession(exec: (streams: ExecStreams) => Promise<Outcome>) {
  const { log, lines } = keepLog();
  let clock = 0;
  const teller: Teller = { log, now: () => (clock += 250), program };
  const session: Session = {
    hostKey: { kind: 'ec2-console' },
    isOpen: () => true,
    roundTripMs: 0,
    prepare: async () => undefined,
    prepared: () => 0,
    exec: async (_command, streams) => await exec(streams),
    openTunnel: async () => assert.fail(),
    end: () => undefined,
  };
  return { session: tellExecs(session, teller), lines };
}

const listen = { onLine: () => undefined, onErrorLine: () => undefined };

test('each exec is told with its request to the letter, its facts, its stderr, its status and its time', async () => {
  const { session, lines } = toldSession(async ({ onLine, onErrorLine }) => {
    onLine('@live-color=blue');
    onLine('a line for people, which the log has already');
    onErrorLine('a complaint');
    return exited(17);
  });
  const heard: string[] = [];
  const streams = {
    onLine: (line: string) => heard.push(line),
    onErrorLine: (line: string) => heard.push(line),
  };
  assert.deepEqual(await session.exec("exec sudo -n /x inspect 'app=shop'", streams), exited(17));
  assert.deepEqual(lines, [
    "debug exec 1: exec sudo -n /x inspect 'app=shop'",
    'debug exec 1 told @live-color=blue',
    'debug exec 1 stderr: a complaint',
    'debug exec 1 ended with status 17 after 250 ms, 0 B sent on stdin',
  ]);
  assert.equal(heard.length, 3);
});

test('the host program is told line by line, in order and whole, when it is what is sent', async () => {
  const { session, lines } = toldSession(async ({ stdin }) => {
    assert.equal(await text(stdin ?? Readable.from([])), program.text);
    return exited(0);
  });
  const cut = [program.text.slice(0, 5000), program.text.slice(5000)];
  await session.exec(installCommand(program, 'root'), { ...listen, stdin: Readable.from(cut) });
  const [request = '', head = '', ...rest] = lines.map(line => line.replace(/^debug /, ''));
  assert.match(request, /^exec 1: exec sh -c /);
  assert.equal(head, `exec 1 sent the host program, sha256 ${program.sha256}, ${rest.length - 1} lines:`);
  const told = rest.slice(0, -1).map(line => line.replace(/^ *\d+ {2}/, ''));
  assert.equal(`${told.join('\n')}\n`, program.text);
});

test('other data on stdin is counted and not shown, and what stays open is passed on at once', async () => {
  const beats = new PassThrough();
  const { session, lines } = toldSession(async ({ stdin }) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    stdin?.once('data', () => resolve());
    beats.write('secret');
    await promise;
    stdin?.destroy();
    return { kind: 'lost', why: 'cut' };
  });
  const closed = new Promise(resolve => beats.once('close', resolve));
  await session.exec('x', { ...listen, stdin: beats });
  assert.deepEqual(lines.at(-1), 'debug exec 1 was lost (cut) after 250 ms, 6 B sent on stdin');
  assert.ok(!lines.join('\n').includes('secret'));
  await closed;
});

test('a whole deploy is told: one request an exec, and the hash of the environment in none of them', async () => {
  const made = makeWorld();
  const { log, lines } = keepLog();
  const teller: Teller = { log, now: () => 0, program };
  const connect = async (...[target, patience]: Parameters<typeof made.world.connect>) =>
    tellExecs(await made.world.connect(target, patience), teller);
  const config = configOf({ env: 'PIN=1234' });
  const [report] = await deploy(config, { ...made.world, connect });
  assert.equal(report?.outcome, 'deployed');
  assert.deepEqual(lines.filter(line => /^debug exec \d+: /.test(line)).length, made.commands.length);
  assert.match(made.commands.join('\n'), /env-sha256=[0-9a-f]{64}/);
  assert.doesNotMatch(lines.join('\n'), /env-sha256=[0-9a-f]/);
  assert.doesNotMatch(lines.join('\n'), /1234/);
});
