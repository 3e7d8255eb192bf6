import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callCommand, explainEnd, isDone } from '../../src/commands/stage-call.ts';
import { trustOnly } from '../../src/ssh/host-key.ts';
import type { Outcome, Session } from '../../src/ssh/session.ts';
import { keepLog } from './kept-log.ts';
import { makeKey } from './made-keys.ts';

const blob = Buffer.from(makeKey('ed25519').publicLine.split(' ')[1] ?? '', 'base64');

/** A session whose login says these lines and ends so. */
const saying = (lines: readonly string[], outcome: Outcome = { kind: 'exited', code: 0 }): Session => ({
  hostKey: trustOnly(blob),
  isOpen: () => true,
  roundTripMs: 0,
  prepare: async () => undefined,
  prepared: () => 0,
  exec: async (_command, { onLine }) => {
    for (const line of lines) onLine(line);
    return outcome;
  },
  openTunnel: () => Promise.reject(new Error('not asked for')),
  end: () => undefined,
});

async function call(lines: readonly string[], outcome?: Outcome) {
  const { log, lines: told } = keepLog();
  const heard: string[] = [];
  const onLine = (line: string) => heard.push(line);
  const ended = await callCommand(saying(lines, outcome), log, 'any', { onLine });
  return { ended, heard, told };
}

test('what comes before the host program is shown, and is no fact of it', async () => {
  const lines = [
    'Welcome',
    '@lease=held',
    '@reason=locked',
    '@stage=acquire',
    '@token=7',
    'for people',
    '@stage=x',
  ];
  const { ended, heard, told } = await call(lines);
  assert.deepEqual(heard, ['@stage=acquire', '@token=7', 'for people', '@stage=x']);
  assert.deepEqual(
    told,
    ['Welcome', '@lease=held', '@reason=locked', 'for people'].map(one => `foreign ${one}`),
  );
  assert.deepEqual(
    [ended.facts.text('token'), ended.facts.text('lease'), ended.facts.text('reason')],
    ['7', '', ''],
  );
  assert.equal(ended.said, 1);
  assert.equal(isDone(ended), true);
});

test('a line that the login shell left open is cut where the host program begins', async () => {
  const { ended, heard, told } = await call(['half a line @stage=plan', '@live-color=blue']);
  assert.deepEqual(heard, ['@stage=plan', '@live-color=blue']);
  assert.deepEqual(told, ['foreign half a line ']);
  assert.equal(ended.facts.text('stage'), 'plan');
});

test('what ends without the host program has not run it, however well it ended', async () => {
  for (const code of [0, 1, 255]) {
    const { ended } = await call(['backups only'], { kind: 'exited', code });
    assert.equal(isDone(ended), false);
    const { text } = explainEnd('deployer', 'plan', ended);
    assert.equal(text.reason, 'host-unfit');
    assert.match(text.message, new RegExp(`ended with status ${code} and said 'backups only'`));
    assert.match(text.remedy, /ForceCommand/);
  }
});

test('a login that says nothing of the host program and does not end is given up', async () => {
  const { log } = keepLog();
  const session = { ...saying([]), exec: () => new Promise<Outcome>(() => undefined) };
  const ended = await callCommand(session, log, 'any', { silenceMs: 20 });
  const { text } = explainEnd('deployer', 'acquire', ended);
  assert.equal(text.reason, 'host-unfit');
  assert.match(text.message, /did not begin acquire: nothing of the host program was heard/);
  assert.match(text.remedy, /nor replace the shell/);
});

test('a channel that sshd does not open is told with the setting', async () => {
  const { ended } = await call([], { kind: 'refused', why: 'open failed' });
  const { text } = explainEnd('deployer', 'start', ended);
  assert.equal(text.reason, 'host-unfit');
  assert.match(text.remedy, /MaxSessions/);
});
