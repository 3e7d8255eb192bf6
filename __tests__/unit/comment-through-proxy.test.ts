import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startGitHub } from '../../sandbox/github/github.ts';
import { startProxy } from './http-proxy.ts';

/** Writes a comment as a process of its own, which reads these variables at its start, as a step of a runner does. */
const program = `
import { keepComment, commentPatience } from ${JSON.stringify(new URL('../../src/report/pull-request-comment.ts', import.meta.url).href)};
const result = await keepComment(
  { token: 'run-token', app: 'shop', hosts: ['web'], body: 'The plan' },
  {
    apiUrl: process.env.GITHUB_API_URL,
    repository: 'sample/shop',
    event: 'pull_request',
    readEvent: () => ({ pull_request: { number: 7 } }),
    runUrl: '',
  },
  { ...commentPatience, firstRetryMs: 1, signal: new AbortController().signal },
);
process.stdout.write(JSON.stringify(result));
process.exit();
`;

async function commentAlone(env: Readonly<Record<string, string>>): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  return JSON.parse(stdout);
}

test('the proxy that the environment names is used, and left aside where it says so', async t => {
  const github = await startGitHub();
  t.after(() => github.stop());
  const { port } = new URL(github.url);
  const { port: proxyPort, asked } = await startProxy(t, { to: Number(port) });
  const http_proxy = `http://127.0.0.1:${proxyPort}`;

  const through = await commentAlone({ http_proxy, GITHUB_API_URL: 'http://github.invalid:8080' });
  assert.deepEqual(through, {
    kind: 'created',
    url: 'https://github.com/sample/shop/pull/7#issuecomment-1',
    isCut: false,
  });
  assert.ok(asked.length > 0 && asked.every(one => one === 'CONNECT github.invalid:8080'), asked.join());
  const before = asked.length;
  const aside = await commentAlone({ http_proxy, no_proxy: '127.0.0.1', GITHUB_API_URL: github.url });
  assert.deepEqual(aside, { ...Object(through), kind: 'unchanged' });
  assert.equal(asked.length, before);
  assert.deepEqual(github.refusals, []);
});
