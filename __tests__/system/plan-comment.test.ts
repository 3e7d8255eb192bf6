import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type GitHub, startGitHub } from '../../sandbox/github/github.ts';
import { mallory } from '../../sandbox/github/people.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import { assertDeployed, describeOnHost, type Inputs } from './target.ts';

await describeOnHost('the comment of a plan on its pull request', {}, target => {
  let github: GitHub;
  let folder: string;

  before(async () => {
    github = await startGitHub();
    folder = await mkdtemp(join(tmpdir(), 'bluegreen-event-'));
    const event = { pull_request: { number: 7, head: { repo: { id: 1 } }, base: { repo: { id: 1 } } } };
    await writeFile(join(folder, 'event.json'), JSON.stringify(event));
    assertDeployed(await target().deploy('1.0'), 'blue');
  });
  after(async () => {
    await github.stop();
    await rm(folder, { recursive: true });
  });

  const plan = async (version: string, inputs: Inputs = {}): Promise<ActionRun> => {
    const env = {
      GITHUB_API_URL: github.url,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: join(folder, 'event.json'),
    };
    const own = { command: 'plan', 'github-token': 'run-token', ...inputs };
    const run = await target().deploy(version, own, { env });
    assert.equal(run.outputs.outcome, 'planned', run.log);
    assert.equal(run.code, 0, run.log);
    return run;
  };

  test('the first plan writes it, the next one changes it in place, and it shows what the summary shows', async () => {
    github.write(7, mallory, 'What will this change?');
    const first = await plan('2.0');
    assert.match(first.log, /^Comment on the pull request created: https:\/\//m);
    const second = await plan('3.0');
    assert.match(second.log, /^Comment on the pull request updated: https:\/\//m);
    const [question, comment, ...more] = github.comments(7);
    assert.equal(question?.body, 'What will this change?');
    assert.equal(comment?.body.replace(/^<!-- [^\n]+ -->\n/, '').trim(), second.summary.trim());
    assert.deepEqual(more, []);
    assert.deepEqual(github.refusals, []);
  });

  test('a token without the right leaves the plan in the summary, with one warning and a step that is green', async () => {
    const before = github.comments(7);
    const run = await plan('2.0', { 'github-token': 'reading-token' });
    const warnings = run.lines.filter(line => line.startsWith('::warning') && /comment/i.test(line));
    assert.equal(warnings.length, 1, run.log);
    assert.match(warnings[0] ?? '', /Add `pull-requests: write` to the job's `permissions:`/);
    assert.match(run.summary, /^### /);
    assert.deepEqual(github.comments(7), before);
  });

  test('with comment: false GitHub is not asked', async () => {
    const before = github.requests.length;
    const run = await plan('2.0', { comment: 'false' });
    assert.equal(github.requests.length, before);
    assert.match(run.summary, /^### /);
  });
});
