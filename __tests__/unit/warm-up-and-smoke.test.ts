import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import type { World } from '../../src/commands/world.ts';
import { summarize } from '../../src/report/summary.ts';
import { describeWarmUp, type WarmUpResult } from '../../src/report/warm-up.ts';
import { deployed } from './made-reports.ts';
import { exited, type MadeWorld, makeWorld } from './made-world.ts';
import { configOf } from './valid-inputs.ts';

const warmUp: WarmUpResult = {
  requests: 1200,
  failed: 0,
  ms: 3100,
  hasSettled: true,
  latency: { firstMs: 48.2, lastMs: 2.14, p99Ms: 30 },
};

test('a warm-up is one line, which says when something is amiss', () => {
  assert.equal(describeWarmUp(warmUp), '1,200 requests in 3.1 s: first 48 ms, last 2.1 ms, p99 30 ms');
  assert.match(describeWarmUp({ ...warmUp, hasSettled: false }), /p99 30 ms, the latency had not settled$/);
  assert.match(describeWarmUp({ ...warmUp, failed: 3 }), /, 3 failed$/);
  assert.match(
    describeWarmUp({ ...warmUp, failed: 1200, latency: undefined }),
    /: none was answered, 1200 f/,
  );
});

test('the summary has the warm-up as a row, and none without one', () => {
  const text = summarize('shop', [{ ...deployed, warmUp }]);
  assert.match(text, /^\| Warm-up \| 1,200 requests in 3\.1 s: first 48 ms, last 2\.1 ms, p99 30 ms \|$/m);
  assert.doesNotMatch(summarize('shop', [deployed]), /Warm-up/);
});

test('warm-up-paths and warm-up-requests go to start, and what it tells to report and log', async () => {
  const lines = [
    '@healthy-after=4200',
    '@warm-up-requests=200',
    '@warm-up-failed=2',
    '@warm-up-ms=3100',
    '@warm-up-settled=yes',
    '@warm-up-first=48000',
    '@warm-up-last=2100',
    '@warm-up-p99=30000',
    '@finding=2 of 200 warm-up requests failed: /b answered 404. Look at warm-up-paths.',
  ];
  const made = makeWorld({ start: [{ lines }] });
  const [report] = await deploy(configOf({ 'warm-up-paths': '/\n/b?x=1' }), made.world);
  assert.match(
    made.commands.find(one => one.includes(' start ')) ?? '',
    / 'warm-up-paths=\/ \/b\?x=1' warm-up-requests=200( |$)/,
  );
  assert.deepEqual(report?.warmUp, {
    requests: 200,
    failed: 2,
    ms: 3100,
    hasSettled: true,
    latency: { firstMs: 48, lastMs: 2.1, p99Ms: 30 },
  });
  assert.equal(report?.outcome, 'deployed');
  assert.deepEqual(report?.findings, [lines.at(-1)?.slice('@finding='.length)]);
  assert.equal(made.lines.filter(line => line.startsWith('warning ')).length, 1);
  assert.ok(
    made.lines.includes('info warm-up: 200 requests in 3.1 s: first 48 ms, last 2.1 ms, p99 30 ms, 2 failed'),
  );
});

test('without warm-up-paths nothing of a warm-up is sent or told', async () => {
  const made = makeWorld();
  const [report] = await deploy(configOf(), made.world);
  assert.ok(!made.commands.join().includes('warm-up'));
  assert.equal(report?.warmUp, undefined);
});

interface Run {
  readonly command: string;
  readonly added: Readonly<Record<string, string>>;
  readonly openTunnels: readonly number[];
  readonly story: readonly string[];
}

/** A world whose commands end with this status, and what was true when each ran. */
function withCommands(made: MadeWorld, status: number): { readonly world: World; readonly runs: Run[] } {
  const runs: Run[] = [];
  const runCommand: World['runCommand'] = async (command, added) => {
    runs.push({ command, added, openTunnels: [...made.openTunnels], story: [...made.story] });
    return status;
  };
  return { world: { ...made.world, runCommand }, runs };
}

const smoking = configOf({ 'smoke-command': './smoke.sh' });

test('smoke-command runs between start and switch, told where the new release is', async () => {
  const made = makeWorld();
  const { world, runs } = withCommands(made, 0);
  const [report] = await deploy(smoking, world);
  assert.equal(report?.outcome, 'deployed');
  assert.deepEqual(runs, [
    {
      command: './smoke.sh',
      added: {
        BLUEGREEN_URL: 'http://127.0.0.1:40000',
        BLUEGREEN_RELEASE: '20261122T214500Z-0a1b2c3d',
        BLUEGREEN_COLOR: 'green',
      },
      openTunnels: [8082],
      story: ['acquire', 'inspect', 'upload', 'start'],
    },
  ]);
  assert.deepEqual([...made.openTunnels], []);
  assert.deepEqual(
    report?.stages.map(({ stage }) => stage),
    ['resolve', 'connect', 'acquire', 'inspect', 'upload', 'start', 'smoke', 'switch', 'retire'],
  );
});

test('build-command is given nothing of the new release', async () => {
  const { world, runs } = withCommands(makeWorld(), 0);
  await deploy(configOf({ 'build-command': 'make jar' }), world);
  assert.deepEqual(
    runs.map(({ command, added }) => [command, added]),
    [['make jar', {}]],
  );
});

test('a smoke test that fails: no switch, the new release stopped, the traffic as before', async () => {
  const made = makeWorld({ revert: [{ lines: ['@log=the app says why'] }] });
  const [report] = await deploy(smoking, withCommands(made, 3).world);
  assert.deepEqual(made.story, ['acquire', 'inspect', 'upload', 'start', 'revert']);
  assert.match(made.commands.at(-1) ?? '', / release=20261122T214500Z-0a1b2c3d color=green( |$)/);
  assert.deepEqual([...made.openTunnels], []);
  assert.deepEqual(
    [report?.outcome, report?.changed, report?.liveColor, report?.failure?.stage, report?.failure?.reason],
    ['failed', false, 'blue', 'smoke', 'smoke-failed'],
  );
  assert.match(
    report?.failure?.message ?? '',
    /^smoke-command '\.\/smoke\.sh' ended with status 3\. \S+ was stopped\.$/,
  );
  assert.match(
    report?.failure?.traffic ?? '',
    /it goes to 20261121T101010Z-ffffffff \(blue, port 8081\), as before/,
  );
  assert.deepEqual(report?.failure?.evidence, [{ title: 'last log lines', lines: ['the app says why'] }]);
});

test('a release that cannot be stopped then is told with the smoke test that failed', async () => {
  const made = makeWorld({ revert: [{ outcome: exited(1), errors: ['no systemd'] }] });
  const [report] = await deploy(smoking, withCommands(made, 1).world);
  assert.equal(report?.failure?.reason, 'smoke-failed');
  assert.match(report?.failure?.message ?? '', /status 1\. \S+ could not be stopped .*: .*no systemd/);
  assert.ok(!made.story.includes('switch'));
});
