import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provenanceOf } from '../../src/commands/provenance.ts';

const env = {
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: 'a'.repeat(40),
  GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/deploy.yml@refs/heads/main',
  GITHUB_RUN_ID: '1007',
  GITHUB_RUN_NUMBER: '7',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_ACTOR: 'alice',
  GITHUB_EVENT_NAME: 'push',
};
const noEvent = (): unknown => assert.fail('the event is not read');

test('a run comes with the commit, branch and workflow of its variables', () => {
  assert.deepEqual(provenanceOf(env, noEvent), {
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    commit: 'a'.repeat(40),
    workflow: '.github/workflows/deploy.yml',
    runId: '1007',
    runNumber: '7',
    runUrl: 'https://github.com/acme/shop/actions/runs/1007',
    actor: 'alice',
    event: 'push',
    attempt: '2',
  });
});

test('a run that the end of another started has that one’s commit, branch and order, and its own page', () => {
  const payload = {
    workflow_run: {
      id: 990,
      run_number: 31,
      run_attempt: 3,
      path: '.github/workflows/ci.yml@main',
      head_branch: 'main',
      head_sha: 'b'.repeat(40),
    },
  };
  const found = provenanceOf({ ...env, GITHUB_EVENT_NAME: 'workflow_run' }, () => payload);
  assert.deepEqual(
    [found.commit, found.ref, found.workflow, found.runId, found.runNumber, found.runUrl, found.attempt],
    [
      'b'.repeat(40),
      'refs/heads/main',
      '.github/workflows/ci.yml',
      '990',
      '31',
      'https://github.com/acme/shop/actions/runs/1007',
      '2',
    ],
  );
});

test('an event that cannot be read, or tells nothing, leaves the variables as they are', () => {
  for (const payload of [undefined, null, 'text', {}, { workflow_run: null }, { workflow_run: {} }]) {
    const found = provenanceOf({ ...env, GITHUB_EVENT_NAME: 'workflow_run' }, () => payload);
    assert.deepEqual([found.commit, found.runId], [env.GITHUB_SHA, '1007']);
  }
});

test('outside GitHub everything is empty', () => {
  assert.deepEqual(new Set(Object.values(provenanceOf({}, noEvent))), new Set(['']));
});
