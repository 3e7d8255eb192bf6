import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Facts, toldFailure } from '../../src/host/stage.ts';

const factsOf = (...lines: readonly string[]): Facts => {
  const facts = new Facts();
  for (const line of lines) facts.take(line);
  return facts;
};

test('a fact is @key=value; everything else is for people', () => {
  const facts = new Facts();
  for (const line of ['@a=1', '@long-key-2=x=y @z=1', '@a=']) assert.equal(facts.take(line), true, line);
  for (const line of ['a=1', ' @a=1', '@A=1', '@a', '@=1', '@a b=1', '']) {
    assert.equal(facts.take(line), false, line);
  }
  assert.equal(facts.text('long-key-2'), 'x=y @z=1');
});

test('the last value counts, all of them are kept in order', () => {
  const facts = factsOf('@log=one', '@log=', '@log=two');
  assert.equal(facts.text('log'), 'two');
  assert.deepEqual(facts.all('log'), ['one', '', 'two']);
  assert.equal(facts.text('other'), '');
  assert.deepEqual(facts.all('other'), []);
});

test('a number is a whole one, or none', () => {
  const facts = factsOf('@a=12', '@b=-3', '@c=1.5', '@d=', '@e=0x1', '@f=1234567890123456', '@g= 1');
  assert.deepEqual(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(key => facts.number(key)),
    [12, -3, ...Array(6).fill(undefined)],
  );
});

const unhealthy = [
  '@stage=start',
  '@log=first',
  '@log=second',
  '@process=It was running for 3.0 s.',
  '@probe=GET http://127.0.0.1:8081/health: 503',
  '@probe-body={"status":"DOWN"}',
  '@listeners=port 8081: process 12 (java)',
  '@memory=host: 100 MiB of 900 MiB available, no swap',
  '@cause=Caused by: x',
  '@reason=unhealthy',
  '@message=It was not healthy.',
  '@traffic=Traffic goes to blue.',
  '@remedy=Look at the log.',
];

test('a failure that the host told is taken whole, with its evidence', () => {
  assert.deepEqual(toldFailure(factsOf(...unhealthy), 17), {
    reason: 'unhealthy',
    message: 'It was not healthy.',
    traffic: 'Traffic goes to blue.',
    remedy: 'Look at the log.',
    isTakenBack: false,
    evidence: [
      { title: 'process', lines: ['It was running for 3.0 s.'] },
      { title: 'last log lines', lines: ['first', 'second'] },
      { title: 'last probe', lines: ['GET http://127.0.0.1:8081/health: 503', '{"status":"DOWN"}'] },
      { title: 'ports', lines: ['port 8081: process 12 (java)'] },
      { title: 'memory', lines: ['host: 100 MiB of 900 MiB available, no swap'] },
    ],
    cause: ['Caused by: x'],
  });
});

test('evidence that was not told is left out', () => {
  assert.deepEqual(toldFailure(factsOf('@reason=locked', '@message=m'), 10)?.evidence, []);
});

test('a status that is not the one of the reason, or a reason of another list, is no told failure', () => {
  assert.equal(toldFailure(factsOf(...unhealthy), 16), undefined);
  assert.equal(toldFailure(factsOf(...unhealthy), 0), undefined);
  assert.equal(toldFailure(factsOf(...unhealthy), 255), undefined);
  for (const reason of ['', 'nonsense', 'toString', 'timeout']) {
    assert.equal(toldFailure(factsOf(`@reason=${reason}`), 1), undefined, reason);
  }
});

test('a host that tells without end fills neither the memory nor the time: the first of each key is kept, and 1 Mi of the rest', () => {
  const facts = new Facts();
  for (let count = 0; count < 1_000_000; count++) facts.take(`@log=line ${count}`);
  for (let count = 0; count < 1000; count++) facts.take(`@key-${count}=x`);
  facts.take('@log=late');
  assert.equal(facts.all('log')[0], 'line 0');
  assert.ok(facts.all('log').length > 1000 && facts.all('log').length < 20_000);
  assert.deepEqual([facts.text('key-150'), facts.text('key-999')], ['x', '']);
});
