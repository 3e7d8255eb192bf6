import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { compareEnvironment, compareLines } from '../../src/commands/changes.ts';
import { commitsSince } from '../../src/commands/commits.ts';
import { expectDuration, readHistory } from '../../src/commands/history.ts';

test('environments are compared by salted digests of their values', () => {
  const digest = (value: string) => createHash('sha256').update(`5a17${value}`).digest('hex');
  const live = new Map(Object.entries({ SAME: digest('1'), OTHER: digest('2'), GONE: digest('3') }));
  const next = Object.entries({ SAME: '1', OTHER: '22', NEW: '4' }).map(([key, value]) => ({ key, value }));
  assert.deepEqual(compareEnvironment(live, next, '5a17'), {
    added: ['NEW'],
    removed: ['GONE'],
    changed: ['OTHER'],
  });
});

test('a diff of lines is in unified form; the same lines have none', () => {
  assert.deepEqual(compareLines(['a', 'b'], ['a', 'b']), []);
  assert.deepEqual(compareLines(['a', 'b'], ['a', 'c']), ['@@ -1,2 +1,2 @@', ' a', '-b', '+c']);
});

test('lines of the history that are none are passed over', () => {
  const lines = ['', '{', '[]', 'null', '{"outcome":"deployed","durationMs":"x","actor":7}'];
  const [entry, ...more] = readHistory(lines);
  assert.deepEqual([entry?.outcome, entry?.durationMs, entry?.actor, more], ['deployed', undefined, '', []]);
});

test('the expected duration is the median of the last successful deploys', () => {
  const ran = (durationMs: number, outcome = 'deployed', command = 'deploy') =>
    JSON.stringify({ command, outcome, durationMs });
  const of = (...lines: readonly string[]) => expectDuration(readHistory(lines));
  assert.equal(of(), undefined);
  assert.equal(of(ran(5, 'failed'), ran(5, 'rolled-back', 'rollback')), undefined);
  assert.deepEqual(of(ran(30), ran(10), ran(20), ran(1, 'failed')), { medianMs: 20, deploys: 3 });
  assert.deepEqual(of(ran(30), ran(10)), { medianMs: 20, deploys: 2 });
  assert.equal(of(...Array.from({ length: 60 }, (_, index) => ran(index)))?.deploys, 20);
});

test('commits are told where git knows both, and git is never asked for what is no commit', async () => {
  const live = 'c0ffee'.padEnd(40, '0');
  const asked: string[] = [];
  const git = async (words: readonly string[]) => {
    asked.push(words.join(' '));
    return words[0] === 'rev-list' ? ['23'] : [`${live} a subject: with words`, live, 'no commit'];
  };
  assert.deepEqual(await commitsSince(git, live), {
    total: 23,
    shown: [
      { commit: live, subject: 'a subject: with words' },
      { commit: live, subject: '' },
    ],
  });
  assert.equal(asked.length, 2);
  assert.equal(await commitsSince(git, '--output=/etc/passwd'), undefined);
  assert.equal(asked.length, 2);
  assert.equal(await commitsSince(async () => undefined, live), undefined);
});
