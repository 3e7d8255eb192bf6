import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import { EarlyCall } from '../../src/commands/early-call.ts';
import { FirstCall } from '../../src/commands/first-call.ts';
import type { HostParameters } from '../../src/host/stage.ts';
import { keepLog } from './kept-log.ts';
import { type Answer, exited, type MadeWorld, makeWorld } from './made-world.ts';
import { configOf } from './valid-inputs.ts';

/** Each stage that was called ahead, with the one that it follows there. */
const ahead = ({ commands }: MadeWorld): HostParameters =>
  Object.fromEntries(
    commands.flatMap(command => {
      const [, stage, after] = /\/opt\/program ([a-z]+) .* after=([a-z]+)/.exec(command) ?? [];
      return stage === undefined || after === undefined ? [] : [[stage, after]];
    }),
  );

const onwards = { start: 'upload', switch: 'start', retire: 'switch' };

test('what is decided by then is called ahead, and no further than to where this side has a word', async () => {
  const cases = [
    [{}, onwards],
    [{ 'smoke-command': 'true' }, { start: 'upload', retire: 'switch' }],
    [{ 'bake-time': '2s' }, { start: 'upload', switch: 'start' }],
    [{ 'verify-url': 'https://shop.example.com/' }, { start: 'upload', switch: 'start' }],
  ] as const;
  for (const [inputs, expected] of cases) {
    const made = makeWorld();
    const [report] = await deploy(configOf(inputs), made.world);
    assert.equal(report?.outcome, 'deployed');
    assert.deepEqual(ahead(made), expected);
    assert.equal(made.commands.length, made.story.length - 1, 'each stage is called once');
  }
});

test('where sshd opens no further channel, each stage is called when its turn has come', async () => {
  const made = makeWorld();
  const connect: typeof made.world.connect = async (target, patience) => ({
    ...(await made.world.connect(target, patience)),
    prepared: () => 0,
  });
  const [report] = await deploy(configOf(), { ...made.world, connect });
  assert.equal(report?.outcome, 'deployed');
  assert.deepEqual(ahead(made), {});
});

test('what is called ahead is told in its own stage, in whatever order it comes', async () => {
  const made = makeWorld({
    start: [{ lines: ['started', '@healthy-after=4200'] }],
    switch: [{ lines: ['switched', '@switched-at=1764000000000', '@reloads=0'] }],
  });
  await deploy(configOf(), made.world);
  const told = made.lines.filter(line => /^(group|foreign) (start|switch)/.test(line));
  assert.deepEqual(
    told.map(line => line.replace(/: .*/, '')),
    ['group start', 'foreign started', 'group switch', 'foreign switched'],
  );
});

test('what the host did not begin is called again when its turn has come', async () => {
  const refused: Answer = { lines: ['@reason=link-lost', '@message=not begun'], outcome: exited(24) };
  const made = makeWorld({ switch: [refused] });
  const [report] = await deploy(configOf(), made.world);
  assert.equal(report?.outcome, 'deployed');
  assert.equal(made.commands.filter(one => one.includes('/program switch ')).length, 2);
});

test('a run that is cancelled after the host has gone on says that either may serve', async () => {
  const made = makeWorld();
  const connect: typeof made.world.connect = async (target, patience) => {
    const session = await made.world.connect(target, patience);
    return {
      ...session,
      exec: async (command, streams) => {
        const outcome = await session.exec(command, streams);
        if (command.includes('/program switch ')) made.stopping.abort(new Error('cancelled'));
        return outcome;
      },
    };
  };
  const [report] = await deploy(configOf(), { ...made.world, connect });
  assert.match(report?.failure?.traffic ?? '', /either/);
});

test('a run that loses its host for good after the switch was called ahead says that either may serve', async () => {
  const made = makeWorld();
  const switching = Promise.withResolvers<void>();
  const connect: typeof made.world.connect = async (target, patience) => {
    const session = await made.world.connect(target, patience);
    return {
      ...session,
      exec: async (command, streams) => {
        const isSwitch = command.includes('/program switch ');
        if (isSwitch) switching.resolve();
        else if (!command.includes('/program start ')) return await session.exec(command, streams);
        await switching.promise;
        session.end();
        return { kind: 'lost', why: 'cut' };
      },
    };
  };
  const [report] = await deploy(configOf(), { ...made.world, connect });
  assert.deepEqual([report?.failure?.stage, report?.failure?.reason], ['start', 'link-lost']);
  assert.match(
    report?.failure?.traffic ?? '',
    /either .* or the traffic did not move: it goes to \S+ \(blue, port 8081\), as before/,
  );
});

test('a call keeps what it says until its turn has come, and not without a limit', () => {
  const { log, lines } = keepLog();
  const call = new EarlyCall('switch', 7, log);
  call.say('one');
  assert.deepEqual(lines, []);
  call.show();
  call.say('two');
  assert.deepEqual(lines, ['foreign one', 'foreign two']);
  const endless = new EarlyCall('switch', 7, log);
  for (let line = 0; line < 100; line++) endless.say('x'.repeat(64 * 1024));
  endless.show();
  assert.ok(lines.length < 20, `${lines.length} lines`);
});

test('a stage that comes with the lock tells why it failed, also by its stderr', async () => {
  const { log } = keepLog();
  const first = new FirstCall({ stage: 'inspect', parameters: {} }, log);
  first.complain('line 7: oops');
  first.say('for people');
  first.take('@live-color=blue');
  first.take('@call-ended=2');
  const { outcome, errors, said, facts } = await first.call.ended;
  assert.deepEqual(
    [outcome, errors, said, facts.text('live-color')],
    [exited(2), ['line 7: oops'], 1, 'blue'],
  );
});
