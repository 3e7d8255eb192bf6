import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { functionsPath, type HostShell, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const release = '20261122T101010Z-00000002';
const bytes = randomBytes(3_000_017);
const head = (from: number | string, length: number): string => `${`${from} ${length}`.padEnd(31)}\n`;
const block = (from: number, to: number): Buffer =>
  Buffer.concat([Buffer.from(head(from, to - from)), bytes.subarray(from, to)]);
const end = (parts = 0): Buffer => Buffer.from(head('end', parts));

interface Receiver {
  readonly child: ChildProcess;
  readonly ended: Promise<{
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
  said(): string;
  send(...pieces: readonly Buffer[]): void;
}

/** A process of the host program that receives; `gone` is a file that means that the run is gone. */
function receive(t: TestContext, shell: HostShell, home: string, script: string, token = 1): Receiver {
  const world = `app=shop home='' releases=$1/releases release=${release} run=r lease_token=${token} part=$1/releases/${release}.part
    payload_bytes=${bytes.length} jar_bytes=$payload_bytes jar_sha256=s scratch=$1/scratch.$$ own_pid=$$
    mkdir -p "$scratch" "$part"
    lay_out_coming
    may_still_come() { [ ! -e "$1/gone.$lease_token" ]; }
    holds_lease() { [ ! -e "$1/gone.$lease_token" ]; }
    describe_traffic() { echo 'It stays.'; }`;
  // In functions $1 is something else.
  const own = world.replaceAll('"$1/gone', '"$root/gone');
  const child = spawn(
    shell.command,
    [
      ...shell.first,
      '-c',
      `set -eu; umask 077; LC_ALL=C; . "$0"\nroot=$1\n${own}\n${script}`,
      functionsPath,
      home,
    ],
    { env: { PATH: shell.path }, timeout: 30_000, killSignal: 'SIGKILL' },
  );
  t.after(() => child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined);
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
    ([stdout, stderr]) => ({ status: child.exitCode, stdout, stderr }),
  );
  let said = '';
  child.stdout.on('data', chunk => {
    said += chunk;
  });
  return {
    child,
    ended,
    said: () => said,
    send: (...pieces) => {
      for (const piece of pieces) child.stdin.write(piece);
    },
  };
}

const upload = 'watch_sender; begin_coming; receive_payload; end_watch';
const payloadOf = (home: string): Buffer =>
  readFileSync(join(home, 'releases', `${release}.part`, 'coming/payload'));
const cameOf = (home: string): string => {
  const folder = join(home, 'releases', `${release}.part`, 'coming');
  if (!existsSync(folder)) return '';
  const files = readdirSync(folder).filter(name => name.startsWith('came.'));
  return files.map(name => readFileSync(join(folder, name), 'utf8')).join('');
};
async function until(condition: () => boolean): Promise<void> {
  const most = performance.now() + 20_000;
  while (!condition() && performance.now() < most) await new Promise(resolve => setTimeout(resolve, 10));
  assert.ok(condition());
}
/** Resolves once it has said this. */
async function readUntil({ said }: Receiver, words: string): Promise<void> {
  await until(() => said().includes(words));
}
function place(t: TestContext): string {
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'releases'));
  return home;
}

for (const shell of shells) {
  test(`${shell.name}: blocks that come out of order, and twice, become the payload; stdin stays open`, async t => {
    const home = place(t);
    const one = receive(t, shell, home, upload);
    one.send(
      block(2_000_000, bytes.length),
      block(0, 1),
      block(1_000_000, 2_100_000),
      block(1, 1_000_000),
      end(),
    );
    const { status, stdout, stderr } = await one.ended;
    assert.equal(stderr, '');
    assert.equal(status, 0, stdout);
    assert.equal(stdout, `@wanted=0-${bytes.length}\n@received=${bytes.length}\n`);
    assert.ok(payloadOf(home).equals(bytes));
  });

  test(`${shell.name}: two sessions bring their shares, at once`, async t => {
    const home = place(t);
    const one = receive(t, shell, home, upload);
    const two = receive(t, shell, home, 'stage_part');
    two.send(block(1_500_000, 2_500_000));
    one.send(block(0, 1_500_000), end(1));
    two.send(block(2_500_000, bytes.length), end());
    const [first, second] = await Promise.all([one.ended, two.ended]);
    assert.deepEqual([first.status, first.stderr], [0, ''], first.stdout);
    assert.deepEqual([second.status, second.stderr, second.stdout], [0, '', '']);
    assert.ok(payloadOf(home).equals(bytes));
    assert.equal(first.stdout.match(/@wanted/g)?.length, 1, 'nothing was asked for twice');
  });

  test(`${shell.name}: what a session beside did not bring before its end is asked for`, async t => {
    const home = place(t);
    const one = receive(t, shell, home, upload);
    const two = receive(t, shell, home, 'stage_part');
    two.send(Buffer.from(head(1_000_000, 2_000_017)), bytes.subarray(1_000_000, 2_200_000));
    await until(() =>
      existsSync(join(home, 'releases', `${release}.part`, 'coming', `came.${two.child.pid}`)),
    );
    two.child.stdin?.end();
    one.send(block(0, 1_000_000), end(1));
    await readUntil(one, '@wanted=2200000-3000017\n');
    one.send(block(2_200_000, bytes.length), end(1));
    assert.equal((await one.ended).status, 0);
    assert.ok(payloadOf(home).equals(bytes));
  });

  test(`${shell.name}: a sender that is gone, and comes back, goes on from what had come`, async t => {
    const home = place(t);
    const one = receive(t, shell, home, upload);
    one.send(Buffer.from(head(0, bytes.length)), bytes.subarray(0, 1_700_000));
    await until(
      () =>
        existsSync(join(home, 'releases', `${release}.part`, 'coming/payload')) &&
        payloadOf(home).length > 1_500_000,
    );
    writeFileSync(join(home, 'gone.1'), '');
    const { status, stdout } = await one.ended;
    assert.equal(status, 24, stdout);
    assert.match(stdout, /^@reason=link-lost$/m);
    const [, to = '0'] = /^0 (\d+)$/m.exec(cameOf(home)) ?? [];
    assert.ok(Number(to) >= 1_500_000, 'at most what one write holds is lost');
    const again = receive(t, shell, home, upload, 2);
    again.send(block(Number(to), bytes.length), end());
    const second = await again.ended;
    assert.equal(second.status, 0, second.stdout + second.stderr);
    assert.match(second.stdout, new RegExp(`^@wanted=${to}-${bytes.length}$`, 'm'));
    assert.ok(payloadOf(home).equals(bytes));
  });

  test(`${shell.name}: stdin that ends early is a lost link, and keeps what came`, async t => {
    const home = place(t);
    const one = receive(t, shell, home, upload);
    one.send(Buffer.from(head(0, bytes.length)), bytes.subarray(0, 700_000));
    one.child.stdin?.end();
    const { status, stdout } = await one.ended;
    assert.equal(status, 24, stdout);
    assert.equal(cameOf(home), '0 700000\n');
  });

  test(`${shell.name}: a payload that is another begins anew`, async t => {
    const home = place(t);
    const one = receive(t, shell, home, upload);
    one.send(block(0, 700_000));
    one.child.stdin?.end();
    await one.ended;
    const other = receive(t, shell, home, `jar_sha256=t; ${upload}`, 2);
    other.send(block(0, bytes.length));
    assert.match((await other.ended).stdout, new RegExp(`^@wanted=0-${bytes.length}$`, 'm'));
  });

  test(`${shell.name}: a payload of which no jar can be made is followed by the whole jar, in the same call`, async t => {
    const home = place(t);
    const one = receive(t, shell, home, `payload_bytes=5; ${upload}; want_whole_jar 'a piece is missing'`);
    one.send(Buffer.from(head(0, 5)), Buffer.from('abcde'));
    const whole = `@received=5\n@rebuild-failed=a piece is missing\n@wanted=0-${bytes.length}\n`;
    await readUntil(one, whole);
    one.send(block(0, bytes.length));
    const { status, stdout } = await one.ended;
    assert.equal(status, 0);
    assert.equal(stdout.match(/@wanted/g)?.length, 2, 'nothing was asked for twice');
    assert.ok(payloadOf(home).equals(bytes));
  });

  test(`${shell.name}: heads that cannot be are refused, and nothing is written beyond the payload`, async t => {
    const heads = [
      'x 5',
      '0 -1',
      '-1 5',
      `${bytes.length} 1`,
      '0',
      '08 1',
      '1 9999999999999999',
      '$(id) 1',
      'endless 0',
    ];
    for (const words of heads) {
      const home = place(t);
      const one = receive(t, shell, home, upload);
      one.send(Buffer.from(`${words.padEnd(31)}\n`), Buffer.alloc(100));
      const { status, stdout, stderr } = await one.ended;
      assert.deepEqual([status, stderr], [23, ''], `${words}: ${stdout}`);
      assert.equal(cameOf(home), '');
    }
  });

  test(`${shell.name}: a session beside whose run lost the lock brings nothing`, async t => {
    const home = place(t);
    writeFileSync(join(home, 'gone.1'), '');
    const two = receive(t, shell, home, 'stage_part');
    two.send(block(0, 10));
    const { status } = await two.ended;
    assert.equal(status, 24);
    assert.equal(cameOf(home), '');
  });
}
