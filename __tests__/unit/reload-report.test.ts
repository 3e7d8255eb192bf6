import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import { makeWorld } from './made-world.ts';
import { configOf } from './valid-inputs.ts';

const advice = 'This nginx (1.22.1) has no keepalive_min_timeout.';
const inspected = {
  lines: [
    '@live-color=blue',
    '@live-release=20261121T101010Z-ffffffff',
    '@live-proof=proven',
    `@reload-advice=${advice}`,
  ],
};

/** The report of a deploy whose switch and retire told these lines. */
async function reportOf(
  inputs: Readonly<Record<string, string>>,
  switched: readonly string[],
  retired: readonly string[] = [],
) {
  const made = makeWorld({
    inspect: [inspected],
    switch: [{ lines: ['@from=blue', '@switched-at=1764000000000', ...switched] }],
    retire: [{ lines: ['@drain-ms=1100', '@drain-cut=0', '@requests=10', '@failed-requests=0', ...retired] }],
  });
  const [report] = await deploy(configOf(inputs), made.world);
  assert.ok(report);
  assert.equal(report.failure, undefined);
  return { report, log: made.lines.join('\n') };
}

test('what a reload loses is told when this deploy reloads nginx, and never as a warning', async () => {
  const without = await reportOf({}, ['@reloads=0']);
  assert.deepEqual(without.report.reloadAdvice, []);
  assert.ok(!without.log.includes('keepalive_min_timeout'));

  const once = await reportOf({}, ['@reloads=1', '@tcp-resets-before=7'], ['@tcp-resets-after=9']);
  assert.deepEqual(once.report.reloadAdvice, [advice]);
  assert.doesNotMatch(once.log, /::warning/);

  const always = await reportOf({ switch: 'reload' }, ['@reloads=1', '@tcp-resets-before=7']);
  assert.deepEqual(always.report.reloadAdvice, [advice]);
});

test('TCP resets are counted from before the switch to the end of the drain', async () => {
  const counted = await reportOf(
    { switch: 'reload' },
    ['@reloads=1', '@tcp-resets-before=7'],
    ['@tcp-resets-after=33'],
  );
  assert.equal(counted.report.tcpResets, 26);
  assert.match(counted.log, /at most 26 more requests may be lost/);

  const unknown = await reportOf({ switch: 'reload' }, ['@reloads=1'], ['@tcp-resets-after=33']);
  assert.equal(unknown.report.tcpResets, undefined);
  assert.match(unknown.log, /how many there were is not known/);

  const without = await reportOf({}, ['@reloads=0'], ['@tcp-resets-after=33']);
  assert.equal(without.report.tcpResets, undefined);
  assert.doesNotMatch(without.log, /reload/);
});

test('a reload that is refused before the switch still says what a reload would lose', async () => {
  const made = makeWorld({
    inspect: [inspected],
    start: [
      {
        lines: ['@reason=unhealthy', '@message=no', '@traffic=Traffic goes to blue.', '@remedy=look'],
        outcome: { kind: 'exited', code: 17 },
      },
    ],
  });
  const [report] = await deploy(configOf({ switch: 'reload' }), made.world);
  assert.deepEqual(report?.reloadAdvice, [advice]);
});
