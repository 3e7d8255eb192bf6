import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Answer, notAccessible, refusal } from '../../sandbox/github/answer.ts';
import { type GitHub, startGitHub, type Trouble } from '../../sandbox/github/github.ts';
import { mallory, tokens } from '../../sandbox/github/people.ts';
import { markerOf } from '../../src/report/pull-request/marker.ts';
import {
  type CommentingRun,
  type CommentResult,
  keepComment,
  type PullRequestComment,
  tellComment,
} from '../../src/report/pull-request-comment.ts';
import { keepLog } from './kept-log.ts';

for (const name of ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY']) delete process.env[name];

const marker = markerOf('shop', ['web']);
const summary = 'https://github.com/sample/shop/actions/runs/42';

interface Started {
  readonly github: GitHub;
  readonly keep: (changes?: Partial<PullRequestComment & CommentingRun>) => Promise<CommentResult>;
  readonly stopping: AbortController;
}

async function start(t: TestContext, prefix = ''): Promise<Started> {
  const github = await startGitHub(prefix);
  t.after(() => github.stop());
  const stopping = new AbortController();
  const keep: Started['keep'] = async (changes = {}) => {
    const comment = { token: 'run-token', app: 'shop', hosts: ['web'], body: '### The plan', ...changes };
    const run = {
      apiUrl: github.url,
      repository: 'sample/shop',
      event: 'pull_request',
      readEvent: () => ({
        pull_request: { number: 7, head: { repo: { id: 1 } }, base: { repo: { id: 1 } } },
      }),
      runUrl: summary,
      ...changes,
    };
    const { signal } = stopping;
    return await keepComment(comment, run, { firstRetryMs: 1, longestWaitMs: 1500, requestMs: 2000, signal });
  };
  return { github, keep, stopping };
}

const url = (id: number) => `https://github.com/sample/shop/pull/7#issuecomment-${id}`;

test('the first run writes the comment, the next one changes it in place, a third with nothing new leaves it', async t => {
  const { github, keep } = await start(t);
  assert.deepEqual(await keep(), { kind: 'created', url: url(1), isCut: false });
  assert.deepEqual(await keep({ body: '### Another plan\n' }), {
    kind: 'updated',
    url: url(1),
    isCut: false,
  });
  assert.deepEqual(await keep({ body: '### Another plan' }), {
    kind: 'unchanged',
    url: url(1),
    isCut: false,
  });
  assert.deepEqual(
    github.comments(7).map(({ body, author }) => [body, author.login]),
    [[`${marker}\n### Another plan\n`, 'github-actions[bot]']],
  );
  const list = 'GET issues/list-comments';
  assert.deepEqual(github.requests, [
    list,
    'POST issues/create-comment',
    list,
    'PATCH issues/update-comment',
    list,
  ]);
  assert.deepEqual(github.refusals, []);
});

test('each app, set of hosts and pull request has its own comment', async t => {
  const { github, keep } = await start(t);
  const readEvent = () => ({ pull_request: { number: 8 } });
  const runs = [{}, { app: 'web' }, { hosts: ['web', 'web-2'] }, { readEvent }];
  for (const one of runs) assert.equal((await keep(one)).kind, 'created');
  for (const one of runs) assert.equal((await keep(one)).kind, 'unchanged');
  assert.deepEqual([github.comments(7).length, github.comments(8).length], [3, 1]);
});

test('an enterprise server with its API below a path is spoken to as well', async t => {
  const { github, keep } = await start(t, '/api/v3');
  assert.equal((await keep()).kind, 'created');
  assert.deepEqual(github.refusals, []);
});

test("somebody else's comment with the marker is never taken for ours", async t => {
  const { github, keep } = await start(t);
  github.write(7, mallory, `${marker}\n### A plan that I can change at any time`);
  github.write(7, mallory, `> ${marker}\n> quoted`);
  github.write(7, tokens['run-token'], `As you see:\n${marker}\n### Not at the beginning`);
  const before = github.comments(7);
  assert.deepEqual(await keep(), { kind: 'created', url: url(4), isCut: false });
  assert.deepEqual(github.comments(7).slice(0, 3), before);
  assert.equal((await keep({ body: 'new' })).kind, 'updated');
  assert.deepEqual(github.comments(7).slice(0, 3), before);
  assert.deepEqual(github.refusals, []);
});

test("a user's own token finds what that user wrote, and what a run wrote", async t => {
  const { github, keep } = await start(t);
  github.write(7, mallory, `${marker}\nmine`);
  github.write(7, tokens['user-token'], `${marker}\nold`);
  assert.deepEqual(await keep({ token: 'user-token' }), { kind: 'updated', url: url(2), isCut: false });
  github.write(8, tokens['run-token'], `${marker}\nold`);
  const readEvent = () => ({ pull_request: { number: 8 } });
  assert.equal((await keep({ token: 'user-token', readEvent })).kind, 'updated');
  assert.equal(github.comments(8).length, 1);
});

test('our comment is found among thousands, and no page is asked for after it', async t => {
  const { github, keep } = await start(t);
  for (let number = 0; number < 2345; number += 1) github.write(7, mallory, `comment ${number}`);
  assert.equal((await keep()).kind, 'created');
  for (let number = 0; number < 2345; number += 1) github.write(7, mallory, `comment ${number}`);
  const before = github.requests.length;
  assert.equal((await keep({ body: 'new' })).kind, 'updated');
  const asked = github.requests.slice(before).filter(one => one === 'GET issues/list-comments');
  assert.equal(asked.length, 24);
  assert.equal(github.comments(7).filter(({ body }) => body.startsWith(marker)).length, 1);
});

test('a body that is too long is cut to what GitHub takes', async t => {
  const { github, keep } = await start(t);
  const row = '- `BOOT-INF/lib/🌈-1.0.jar` added\n';
  const result = await keep({
    body: `### The plan\n\n<details><summary>Libraries</summary>\n\n${row.repeat(5000)}`,
  });
  assert.deepEqual(result, { kind: 'created', url: url(1), isCut: true });
  const [comment] = github.comments(7);
  assert.ok([...(comment?.body ?? '')].length <= 65_536);
  assert.match(
    comment?.body ?? '',
    /\n\n<\/details>\n\n\*\*Cut here: the last \d+ of 5004 lines .*actions\/runs\/42\)\.\*\*$/,
  );
  assert.equal((await keep({ body: row.repeat(5000) })).kind, 'updated');
});

test('hostile names in the body break neither the marker nor the request', async t => {
  const { github, keep } = await start(t);
  const names = [
    '--><script>',
    '<!--',
    '`',
    '```',
    marker,
    '\ud800',
    '\u0000',
    '@everyone',
    '</details>',
    '\r\n',
  ];
  const body = names.map(name => `- ${name}`).join('\n');
  assert.equal((await keep({ body })).kind, 'created');
  assert.equal((await keep({ body })).kind, 'unchanged');
  assert.equal((await keep({ body: `${marker}\n${body}` })).kind, 'updated');
  assert.equal(github.comments(7).length, 1);
  assert.deepEqual(github.refusals, []);
});

test('a token without the right is told with the permission to add', async t => {
  const { github, keep } = await start(t);
  assert.deepEqual(await keep({ token: 'reading-token' }), {
    kind: 'refused',
    why: "The token in github-token may not write to pull request #7 (403: Resource not accessible by integration). Add `pull-requests: write` to the job's `permissions:`.",
  });
  assert.deepEqual(github.requests, ['GET issues/list-comments', 'POST issues/create-comment']);
});

test('on a pull request of a fork the way out is another one', async t => {
  const { keep } = await start(t);
  const readEvent = () => ({
    pull_request: { number: 7, head: { repo: { id: 2 } }, base: { repo: { id: 1 } } },
  });
  const result = await keep({ token: 'reading-token', readEvent });
  assert.equal(result.kind, 'refused');
  assert.match(
    'why' in result ? result.why : '',
    /^GitHub gives this run a token that cannot write to pull request #7, which comes from a fork \(403.* push its branch to this repository\.$/,
  );
  assert.doesNotMatch('why' in result ? result.why : '', /pull_request_target|permissions/);
});

test('each other refusal says why, and is not tried again', async t => {
  const cases: readonly (readonly [
    Partial<PullRequestComment & CommentingRun>,
    Answer | undefined,
    RegExp,
  ])[] = [
    [{ token: 'expired' }, undefined, /does not know the token in github-token \(401: Bad credentials\)/],
    [{ token: '' }, undefined, /because github-token is empty/],
    [{ repository: 'other/shop' }, undefined, /\(404: Not Found.*Add `pull-requests: write`/],
    [
      {},
      refusal(403, 'Unable to create comment because issue is locked.'),
      /^GitHub refused a comment on pull request #7 \(403: Unable .* locked\.\)\.$/,
    ],
    [{}, notAccessible, /Add `pull-requests: write`/],
  ];
  for (const [changes, answer, why] of cases) {
    const { github, keep } = await start(t);
    if (answer !== undefined) github.befall({ kind: 'answer', answer });
    const result = await keep(changes);
    assert.equal(result.kind, 'refused');
    assert.match('why' in result ? result.why : '', why);
    assert.ok(github.requests.length <= 1, github.requests.join());
  }
});

test('a run without a pull request writes nothing and says so', async t => {
  const { github, keep } = await start(t);
  const result = await keep({ event: 'push', readEvent: () => undefined });
  assert.deepEqual(result, {
    kind: 'no-pull-request',
    why: 'The event of this run, push, is about no pull request.',
  });
  assert.deepEqual(github.requests, []);
});

const broken: Trouble = { kind: 'answer', answer: refusal(502, 'Server Error') };
const limited = (status: number, seconds: number): Trouble => ({
  kind: 'answer',
  answer: {
    ...refusal(status, 'You have exceeded a secondary rate limit.'),
    headers: { 'retry-after': String(seconds) },
  },
});

test('a passing fault is tried again until it has passed', async t => {
  const troubles: readonly (readonly Trouble[])[] = [
    [broken],
    [broken, broken, broken],
    [{ kind: 'cut', isPerformed: false }],
    [{ kind: 'slow', ms: 3000 }],
    [limited(429, 1)],
    [limited(403, 1)],
  ];
  for (const some of troubles) {
    const { github, keep } = await start(t);
    github.befall(...some);
    assert.equal((await keep()).kind, 'created', JSON.stringify(some));
    assert.equal(github.comments(7).length, 1);
  }
});

test('a comment that was written though its answer was lost is not written twice', async t => {
  const { github, keep } = await start(t);
  github.befall({ kind: 'slow', ms: 0 }, { kind: 'cut', isPerformed: true });
  assert.deepEqual(await keep(), { kind: 'unchanged', url: url(1), isCut: false });
  assert.equal(github.comments(7).length, 1);
});

test('a fault that stays ends in a sentence, never in an error', async t => {
  const gone = await startGitHub();
  await gone.stop();
  const { github, keep, stopping } = await start(t);
  github.befall(broken, broken, broken, broken);
  const cases: readonly (readonly [Partial<CommentingRun>, RegExp])[] = [
    [{}, /^GitHub did not take the comment on pull request #7 \(502: Server Error/],
    [{ apiUrl: gone.url }, /\(no answer: connect ECONNREFUSED/],
  ];
  for (const [changes, why] of cases) {
    const result = await keep(changes);
    assert.equal(result.kind, 'failed');
    assert.match('why' in result ? result.why : '', why);
  }
  github.befall(limited(403, 3600));
  const before = github.requests.length;
  const limit = await keep();
  assert.match('why' in limit ? limit.why : '', /\(403: You have exceeded a secondary rate limit/);
  assert.equal(github.requests.length, before + 1, 'an hour is not waited, and nothing is asked in it');
  stopping.abort(new Error('The run was cancelled.'));
  const cancelled = await keep();
  assert.equal(cancelled.kind, 'failed');
  assert.match('why' in cancelled ? cancelled.why : '', /The run was cancelled\./);
});

test('the log says how the comment is, and warns where there is none though there should be', () => {
  const { log, lines } = keepLog();
  tellComment(log, { kind: 'created', url: url(1), isCut: false });
  tellComment(log, { kind: 'updated', url: url(1), isCut: true });
  tellComment(log, {
    kind: 'no-pull-request',
    why: 'The event of this run, push, is about no pull request.',
  });
  tellComment(log, { kind: 'refused', why: 'No.' });
  tellComment(log, { kind: 'failed', why: 'Not now.' });
  assert.deepEqual(lines, [
    `info Comment on the pull request created: ${url(1)}`,
    `info Comment on the pull request updated, cut to the longest that GitHub takes: ${url(1)}`,
    'info The event of this run, push, is about no pull request. The plan is in the job summary alone.',
    'warning No comment on the pull request: No. The plan is in the job summary.',
    'warning No comment on the pull request: Not now. The plan is in the job summary.',
  ]);
});
