import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pullRequestOf } from '../../src/report/pull-request/event.ts';

const own = { id: 1 };
const fork = { id: 2 };
const pull = (number: number, headRepo: unknown = own) => ({
  number,
  head: { repo: headRepo },
  base: { repo: own },
});

test('a run for a pull request is about that one, and it is known whether a fork asks', () => {
  for (const event of ['pull_request', 'pull_request_target', 'pull_request_review']) {
    const found = pullRequestOf(event, { pull_request: pull(7), repository: own });
    assert.deepEqual(found, { kind: 'found', number: 7, isFromFork: false });
  }
  const isFromFork = [fork, null].map(head => pullRequestOf('pull_request', { pull_request: pull(7, head) }));
  for (const found of isFromFork) assert.deepEqual(found, { kind: 'found', number: 7, isFromFork: true });
});

test('a comment on a pull request is about that one, a comment on an issue is about none', () => {
  const issue = { number: 7, pull_request: { url: 'x' } };
  const found = pullRequestOf('issue_comment', { issue });
  assert.deepEqual(found, { kind: 'found', number: 7, isFromFork: false });
  assert.equal(pullRequestOf('issue_comment', { issue: { number: 7 } }).kind, 'none');
});

test('a run after another one is about the newest pull request of its commit in this repository', () => {
  const all = [{ ...pull(3), base: { repo: fork } }, pull(7), pull(9), { ...pull(11), base: { repo: fork } }];
  const found = pullRequestOf('workflow_run', { workflow_run: { pull_requests: all }, repository: own });
  assert.deepEqual(found, { kind: 'found', number: 9, isFromFork: false });
  const none = pullRequestOf('workflow_run', { workflow_run: { pull_requests: [] }, repository: own });
  assert.equal(none.kind, 'none');
});

test('any other run is about none and says so', () => {
  const events = ['push', 'merge_group', 'workflow_dispatch', 'schedule', ''];
  const odd: readonly unknown[] = [
    undefined,
    null,
    'text',
    { pull_request: null },
    { pull_request: { number: 'x' } },
  ];
  for (const [index, event] of events.entries()) {
    const found = pullRequestOf(event, odd[index]);
    assert.equal(found.kind, 'none');
    assert.match(
      found.kind === 'none' ? found.why : '',
      /^The event of this run, \w+, is about no pull request\.$/,
    );
  }
});
