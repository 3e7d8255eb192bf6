import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { localCommand, localEnvironment } from '../../src/commands/local-command.ts';

const start = (command: string) =>
  spawn('sh', localCommand(command), { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env.PATH } });

const endOf = async (child: ChildProcess) => {
  await once(child, 'close');
  return child.exitCode;
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function awaitEnd(pid: number): Promise<void> {
  for (let looks = 0; isRunning(pid) && looks < 200; looks++) await sleep(50);
  assert.equal(isRunning(pid), false, `process ${pid} is still there`);
}

test('its status, its output and what it was asked come through, quotes and all', async () => {
  for (const [command, code, out] of [
    ["echo \"it's\" '$HOME' done", 0, "it's $HOME done\n"],
    ['exit 7', 7, ''],
    ['false; true', 0, ''],
    ['a=1\nb=2\necho $((a + b))', 0, '3\n'],
    ['cat; echo "stdin was empty"', 0, 'stdin was empty\n'],
    ['kill -KILL $$', 137, ''],
    ['no-such-command-here', 127, ''],
  ] as const) {
    const child = start(command);
    const [status, stdout] = await Promise.all([endOf(child), text(child.stdout)]);
    assert.deepEqual([status, stdout], [code, out], command);
  }
});

test('nothing of it outlives the action: when stdin ends, its whole group ends', async () => {
  const child = start('sleep 300 & echo $!; wait');
  const [bytes] = await once(child.stdout, 'data');
  const sleeper = Number(String(bytes));
  assert.ok(sleeper > 1 && isRunning(sleeper));
  child.stdin.end();
  assert.notEqual(await endOf(child), 0);
  await awaitEnd(sleeper);
});

test('who does not listen to TERM is ended all the same', async () => {
  const child = start(`sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done' & wait`);
  const [bytes] = await once(child.stdout, 'data');
  const deaf = Number(String(bytes));
  assert.ok(deaf > 1 && isRunning(deaf));
  child.stdin.end();
  await awaitEnd(deaf);
});

test('a command that ends leaves no watcher', async () => {
  const child = start('true');
  const pid = child.pid ?? 0;
  assert.equal(await endOf(child), 0);
  await awaitEnd(pid);
  const processes = spawn('ps', ['-eo', 'args'], { stdio: ['ignore', 'pipe', 'ignore'] });
  assert.doesNotMatch(await text(processes.stdout), /local-command true/);
});

test('its environment is ours without the inputs, with what is added', () => {
  const own = { PATH: '/bin', 'INPUT_SSH-PRIVATE-KEY': 'k', input_env: 'e', INPUT: 'kept', NONE: undefined };
  assert.deepEqual(localEnvironment(own, { BLUEGREEN_COLOR: 'green' }), {
    PATH: '/bin',
    INPUT: 'kept',
    BLUEGREEN_COLOR: 'green',
  });
});
