import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotate } from '../../src/report/annotation.ts';
import type { HostFailure } from '../../src/report/host-report.ts';

const failure: HostFailure = {
  stage: 'start',
  reason: 'start-failed',
  message: 'It exited with status 7.',
  traffic: 'Traffic goes to blue.',
  remedy: 'Mend it.',
};

test('it says what happened first, then what the log says, where the traffic is and what to do', () => {
  assert.equal(annotate(failure), 'It exited with status 7.\nTraffic goes to blue.\nMend it.');
  assert.equal(
    annotate({ ...failure, cause: ['Caused by: x', 'at y'] }),
    'It exited with status 7.\nIts log says:\n| Caused by: x\n| at y\nTraffic goes to blue.\nMend it.',
  );
});

test('what is too long for the runner is cut in the log lines and the sentences, each keeping its place', () => {
  const long = 'x'.repeat(5000);
  const text = annotate({ ...failure, cause: Array(9).fill(long) });
  assert.equal(text.length, 4096);
  assert.match(
    text,
    /^It exited with status 7\.\nIts log says:\n(\| x{497}…\n){8}\| x+…\nTraffic goes to blue\.\nMend it\.$/,
  );
  const all = annotate({ ...failure, message: long, traffic: long, remedy: long, cause: [long] });
  assert.ok(all.length < 4096);
  assert.match(all, /^x{999}…\nIts log says:\n\| x{497}…\nx{999}…\nx{999}…$/);
});

test('a character of two halves is not cut in two', () => {
  const text = annotate({ ...failure, message: `${'x'.repeat(998)}😀${'y'.repeat(50)}` });
  assert.match(text, /^x{998}…\n/);
  assert.ok(text.isWellFormed());
});

test('a line of the log is no command of the runner', () => {
  assert.doesNotMatch(annotate({ ...failure, cause: ['##[error]x', '::error::y'] }), /^\s*::|##\[/m);
});
