import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../src/failure.ts';
import { gantt } from '../../src/report/gantt.ts';
import { StageFailure, Timeline } from '../../src/report/timeline.ts';
import { keepLog } from './kept-log.ts';

function clockOf(...times: readonly number[]): () => number {
  const left = [...times];
  return () => left.shift() ?? times.at(-1) ?? 0;
}
const never = new AbortController().signal;
const failure = new Failure({ reason: 'locked', message: 'm', traffic: 't', remedy: 'r' });

test('a stage is a log group with its time, and gives what its work gives', async () => {
  const { log, lines } = keepLog();
  const timeline = new Timeline(log, clockOf(1000, 1010, 2510.4, 3000, 3000, 3250), never);
  assert.equal(await timeline.stage('connect', 'shop', async () => 7), 7);
  assert.deepEqual(lines, ['group connect: shop', 'info connect took 1.5 s', 'end']);
  await timeline.stage('acquire', 'lock', async () => undefined);
  assert.deepEqual(timeline.times, [
    { stage: 'connect', startMs: 10, ms: 1500 },
    { stage: 'acquire', startMs: 2000, ms: 0 },
  ]);
  assert.equal(timeline.elapsedMs, 2250);
});

test('a failure carries the stage it happened in, and its group is closed all the same', async () => {
  const { log, lines } = keepLog();
  const timeline = new Timeline(log, () => 0, never);
  const work = timeline.stage('start', 'x', () => Promise.reject(failure));
  await assert.rejects(work, error => {
    assert.ok(error instanceof StageFailure);
    assert.deepEqual([error.stage, error.text, error.cause], ['start', failure.text, failure]);
    return true;
  });
  assert.deepEqual(
    timeline.times.map(({ stage }) => stage),
    ['start'],
  );
  assert.equal(lines.at(-1), 'end');
});

test('an error without a reason is a defect of the action, with its stack', async () => {
  const timeline = new Timeline(keepLog().log, () => 0, never);
  const work = timeline.stage('upload', 'x', () => Promise.reject(new TypeError('x is not a function')));
  await assert.rejects(work, error => {
    assert.ok(error instanceof StageFailure);
    assert.equal(error.text.reason, 'action-error');
    assert.match(error.text.message, /TypeError: x is not a function\n +at /);
    return true;
  });
});

test('once the run is stopped no stage begins, and the reason is told', async () => {
  const timeline = new Timeline(keepLog().log, () => 0, AbortSignal.abort(failure));
  let hasBegun = false;
  const work = timeline.stage('switch', 'x', async () => {
    hasBegun = true;
  });
  await assert.rejects(work, { message: 'm', stage: 'switch' });
  assert.equal(hasBegun, false);
});

test('work beside the stages is in the log and in the chart with its time and theirs', async () => {
  const { log, lines } = keepLog();
  let clock = 0;
  const timeline = new Timeline(log, () => clock, never);
  const read = Promise.withResolvers<number>();
  const jar = await timeline.stage('resolve', 'x', async () => {
    clock = 10;
    const reading = timeline.beside('resolve', 'jar', () => read.promise);
    clock = 30;
    return { reading };
  });
  await timeline.stage('connect', 'x', async () => {
    clock = 50;
    read.resolve(7);
    assert.equal(await jar.reading, 7);
    clock = 70;
  });
  assert.deepEqual(timeline.besides, [{ what: 'jar', startMs: 10, ms: 40 }]);
  assert.ok(lines.includes('info jar took 40 ms, beside resolve and connect'), lines.join('\n'));
  assert.deepEqual(gantt(timeline.times, timeline.besides, undefined).split('\n').slice(5, 8), [
    '    resolve (30 ms) : 0, 30',
    '    jar (40 ms) : active, 10, 50',
    '    connect (40 ms) : 30, 70',
  ]);
});

test('a failure beside the stages is one of its own stage, and does not say where the traffic is', async () => {
  const timeline = new Timeline(keepLog().log, () => 0, never);
  const reading = timeline.beside('resolve', 'jar', () => Promise.reject(failure));
  await assert.rejects(
    timeline.stage('connect', 'x', () => reading),
    error => {
      assert.ok(error instanceof StageFailure);
      assert.deepEqual([error.stage, error.text.reason, error.text.traffic], ['resolve', 'locked', '']);
      return true;
    },
  );
});
