import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rollback } from '../../src/commands/rollback.ts';
import type { HostReport } from '../../src/report/host-report.ts';
import { type Answer, exited, goodAnswers, type MadeWorld, makeWorld } from './made-world.ts';
import { commandOf } from './valid-inputs.ts';

const found = goodAnswers.rollback.lines?.slice(0, -1) ?? [];
const running: Answer = {
  lines: [
    ...found,
    '@chosen=running',
    '@switched-at=1764000000000',
    '@reloads=0',
    '@requests=10',
    '@failed-requests=0',
    '@retired=yes',
  ],
};

async function rollBack(
  answer: Answer,
  changes: Readonly<Record<string, string>> = {},
): Promise<{ readonly made: MadeWorld; readonly report: HostReport }> {
  const config = commandOf({ command: 'rollback', jar: '', ...changes });
  assert.ok(config.command === 'rollback');
  const made = makeWorld({ rollback: [answer] });
  const [report] = await rollback(config, made.world);
  assert.ok(report !== undefined);
  return { made, report };
}

const account = (made: MadeWorld): Readonly<Record<string, unknown>> =>
  JSON.parse(
    made.sent
      .get('acquire')
      ?.split('\n')
      .find(line => line.startsWith('{')) ?? '',
  );

test('a release that is still up is gone back to in one exec, which takes the lock, moves the traffic and ends the old color', async () => {
  const { made, report } = await rollBack(running, { 'rollback-reason': 'orders fail' });
  assert.equal(made.commands.length, 1);
  assert.match(made.commands[0] ?? '', / acquire .*first=rollback/);
  assert.equal(report.outcome, 'rolled-back');
  assert.equal(report.release, '20261120T101010Z-eeeeeeee');
  assert.equal(report.previousRelease, '20261121T101010Z-ffffffff');
  assert.deepEqual(
    report.stages.map(({ stage }) => stage),
    ['resolve', 'connect', 'acquire', 'inspect', 'switch'],
  );
  const { command, outcome, rollbackReason, actor } = account(made);
  assert.deepEqual(
    { command, outcome, rollbackReason, actor },
    {
      command: 'rollback',
      outcome: 'rolled-back',
      rollbackReason: 'orders fail',
      actor: 'alice',
    },
  );
});

test('a stopped release is started, switched to and retired as in a deploy; the mark on the one left names who and why', async () => {
  const { made, report } = await rollBack(goodAnswers.rollback, { 'rollback-reason': 'orders fail' });
  assert.deepEqual(made.story, ['acquire', 'rollback', 'start', 'switch', 'retire']);
  assert.equal(report.outcome, 'rolled-back');
  const command = made.commands.find(one => one.includes(' switch ')) ?? '';
  assert.match(command, /rollback-reason=it was rolled back from by alice \(https:\S+\): orders fail/);
  assert.match(command, /keep-previous=stopped/);
});

test('with verify-url a flip is confirmed by a retire of its own', async () => {
  const answer = { lines: running.lines?.slice(0, -1) ?? [] };
  const { made } = await rollBack(answer, { 'verify-url': 'https://shop.example.com/' });
  assert.deepEqual(made.story, ['acquire', 'rollback', 'retire']);
});

test('the live release is not gone back to: nothing is done', async () => {
  const { made, report } = await rollBack({ lines: [...found, '@chosen=live'] });
  assert.equal(report.outcome, 'unchanged');
  assert.deepEqual(made.story, ['acquire', 'rollback']);
});

test('a front door that cannot be trusted is refused before anything is done, and the history says so', async () => {
  const lines = [
    ...found.filter(line => line !== '@live-proof=proven'),
    '@live-proof=mismatch',
    '@drift=a fixed proxy_pass',
  ];
  const { made, report } = await rollBack({ lines: [...lines, '@chosen=untrusted'] });
  assert.equal(report.failure?.reason, 'front-door-mismatch');
  assert.equal(report.outcome, 'refused');
  assert.equal(account(made).reason, 'front-door-mismatch');
});

test('nothing to go back to is told with what is there', async () => {
  const { report } = await rollBack({
    lines: [
      '@reason=no-previous-release',
      '@message=None is left.',
      '@traffic=T.',
      '@remedy=R.',
      '@release-there=a (live)',
    ],
    outcome: exited(28),
  });
  assert.equal(report.failure?.reason, 'no-previous-release');
  assert.deepEqual(report.failure?.evidence, [{ title: 'releases on the host', lines: ['a (live)'] }]);
});
