import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type GitHub, startGitHub } from '../../sandbox/github/github.ts';
import { mallory } from '../../sandbox/github/people.ts';

const comments = '/repos/sample/shop/issues/7/comments';

test('a request that the published schema does not allow is refused, and it is told why', async t => {
  const github = await start(t);
  const cases: readonly (readonly [string, string, unknown, RegExp])[] = [
    ['POST', comments, { body: 7 }, /^body\/body: must be string$/],
    ['POST', comments, {}, /^body: must have required property 'body'$/],
    ['POST', comments, ['text'], /^body: must be object$/],
    ['POST', comments, undefined, /^body: it is no JSON$/],
    [
      'PATCH',
      '/repos/sample/shop/issues/comments/first',
      { body: 'a' },
      /^path\/comment_id: must be integer$/,
    ],
    ['GET', '/repos/sample/shop/issues/seven/comments', undefined, /^path\/issue_number: must be integer$/],
    ['GET', `${comments}?per_page=many`, undefined, /^query\/per_page: must be integer$/],
    ['GET', `${comments}?since=yesterday`, undefined, /^query\/since: must match format "date-time"$/],
    ['GET', `${comments}?perPage=100`, undefined, /^query: must NOT have additional properties$/],
    ['DELETE', '/repos/sample/shop/issues/comments/1', { body: 'a' }, /^body: the schema has none$/],
    ['PUT', comments, { body: 'a' }, /^PUT \/repos\/sample\/shop\/issues\/7\/comments is no operation/],
    ['GET', '/repos/sample/shop/comment', undefined, /is no operation of the schema$/],
  ];
  for (const [method, path, body, why] of cases) {
    const before = github.refusals.length;
    const answer = await ask(github, method, path, body);
    assert.ok(answer.status === 422 || answer.status === 404, `${method} ${path}: ${answer.status}`);
    const told = github.refusals.slice(before);
    assert.ok(
      told.some(one => why.test(one)),
      `${method} ${path}: ${told.join('; ') || 'not refused'}`,
    );
  }
  assert.equal(github.comments(7).length, 0);
});

test('a request without what GitHub asks of headers is refused', async t => {
  const github = await start(t);
  await ask(github, 'GET', comments, undefined, { accept: 'text/html' });
  await ask(github, 'POST', comments, { body: 'a' }, { 'content-type': 'text/plain' });
  await ask(github, 'GET', comments, undefined, { 'x-github-api-version': '1999-01-01' });
  assert.deepEqual(github.refusals, [
    'header accept: text/html',
    'header content-type: text/plain',
    'header x-github-api-version: 1999-01-01',
  ]);
});

test('each token may do what such a token may', async t => {
  const github = await start(t);
  const asking = (token: string, method: string, path: string, body?: unknown) =>
    ask(github, method, path, body, { authorization: `token ${token}` });
  assert.equal((await asking('unknown', 'GET', comments)).status, 401);
  assert.equal((await asking('reading-token', 'GET', comments)).status, 200);
  const refused = await asking('reading-token', 'POST', comments, { body: 'a' });
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /Resource not accessible by integration/);
  assert.equal((await asking('run-token', 'POST', comments, { body: 'a' })).status, 201);
  assert.equal((await asking('run-token', 'GET', '/user')).status, 403);
  assert.equal((await asking('user-token', 'GET', '/user')).status, 200);
  assert.equal((await asking('run-token', 'GET', '/repos/sample/shop/issues/9/comments')).status, 404);
  assert.equal((await asking('run-token', 'GET', '/repos/other/shop/issues/7/comments')).status, 404);
  assert.equal((await asking('run-token', 'GET', '/repos/sample/shop/labels')).status, 501);
  assert.deepEqual(github.refusals, []);
});

test('a body of 65,536 characters is taken, one more is not, whatever their bytes', async t => {
  const github = await start(t);
  for (const one of ['a', 'ü', '🌈']) {
    assert.equal((await ask(github, 'POST', comments, { body: one.repeat(65_536) })).status, 201);
    const refused = await ask(github, 'POST', comments, { body: one.repeat(65_537) });
    assert.equal(refused.status, 422);
    assert.match(await refused.text(), /Body is too long \(maximum is 65536 characters\)/);
  }
});

test('a list comes in pages of at most 100, each naming the next', async t => {
  const github = await start(t);
  for (let number = 0; number < 250; number += 1) github.write(7, mallory, `comment ${number}`);
  const sizes: number[] = [];
  for (let path: string | undefined = `${comments}?per_page=1000`; path !== undefined; ) {
    const answer: Response = await ask(github, 'GET', path);
    const page: unknown = await answer.json();
    sizes.push(Array.isArray(page) ? page.length : -1);
    const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    path = next?.slice(github.url.length);
  }
  assert.deepEqual(sizes, [100, 100, 50]);
});

async function start(t: TestContext): Promise<GitHub> {
  const github = await startGitHub();
  t.after(() => github.stop());
  return github;
}

const ask = (
  { url }: GitHub,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(`${url}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: 'token run-token',
      'content-type': 'application/json',
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
