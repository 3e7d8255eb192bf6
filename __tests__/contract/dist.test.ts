import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildJar } from '../../sandbox/app/build.ts';
import { type RunOptions, runAction } from '../../sandbox/runner.ts';
import { temporaryFolder } from '../host/temporary-folder.ts';
import { validKey } from '../unit/valid-inputs.ts';
import { readText, tree } from './action-file.ts';

const files = readdirSync(new URL('dist', tree));

/** Tells with each of these lines which files the process has loaded by then, and once more at its end. */
const watcher = `
const { basename } = require('node:path');
const loaded = () => Object.keys(require.cache).map(path => basename(path)).sort().join(' ');
const { write } = process.stdout;
process.stdout.write = function (text, ...rest) {
  const [, line] = /^(nginx-bluegreen|::group::[a-z]+):/.exec(text) ?? [];
  if (line !== undefined) process.stderr.write('loaded by ' + line + ', ' + loaded() + '\\n');
  return write.call(this, text, ...rest);
};
process.on('exit', () => process.stderr.write('loaded by exit, ' + loaded() + '\\n'));
`;

/** Runs the bundle, and gives what it had loaded by when, without itself. */
async function watch(t: TestContext, inputs: Readonly<Record<string, string>>, options: RunOptions = {}) {
  const path = join(temporaryFolder(t), 'watcher.cjs');
  writeFileSync(path, watcher);
  const login = { 'ssh-private-key': validKey.privateText, 'ssh-host-key': validKey.publicLine };
  const run = await runAction(
    { ...login, jar: await buildJar({ version: '1' }), ...inputs },
    { ...options, env: { NODE_OPTIONS: `--require ${path}`, ...options.env } },
  );
  const told = run.lines.flatMap(line => {
    const [, when, loaded = ''] = /^loaded by (.*?), (.*)$/.exec(line) ?? [];
    const others = loaded.split(' ').filter(name => !/^(index|watcher)\.cjs$/.test(name));
    return when === undefined ? [] : [[when, others] as const];
  });
  return { run, loadedBy: new Map(told) };
}

test('before the first line nothing is loaded but the action itself; for a plain host neither AWS nor GitHub at all', async t => {
  let pid = 0;
  const { loadedBy } = await watch(
    t,
    { host: '127.0.0.1', 'ssh-port': '1' },
    {
      onStart: started => {
        pid = started;
      },
      onLine: line => line.startsWith('loaded by ::group::connect') && process.kill(pid),
    },
  );
  assert.deepEqual(
    [...loadedBy],
    [
      ['nginx-bluegreen', []],
      ['::group::resolve', ['ssh2.cjs']],
      ['::group::connect', ['ssh2.cjs']],
      ['exit', ['ssh2.cjs']],
    ],
  );
});

test('AWS is loaded to find an instance; its secrets are masked before anything else is said', async t => {
  const { run, loadedBy } = await watch(
    t,
    { 'instance-id': 'i-0123456789abcdef0', 'aws-region': 'us-east-1', env: 'DB_PASSWORD=correct horse' },
    {
      env: {
        AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:1',
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'example',
        AWS_MAX_ATTEMPTS: '1',
      },
    },
  );
  assert.deepEqual(loadedBy.get('nginx-bluegreen'), []);
  assert.deepEqual(loadedBy.get('exit'), ['aws.cjs', 'ssh2.cjs']);
  assert.equal(run.outputs.reason, 'aws-refused');
  const said = run.lines.filter(line => !line.startsWith('loaded by '));
  assert.ok(run.masks.includes('correct horse'));
  assert.ok(said.slice(0, run.masks.length).every(line => line.startsWith('::add-mask::')));
});

test('the post step of a run that left nothing loads nothing', async t => {
  const { run } = await watch(t, { host: '' });
  assert.equal(run.outputs.reason, 'input-invalid');
  assert.deepEqual(
    run.postLog.split('\n').filter(line => !line.startsWith('::add-mask::')),
    ['loaded by exit, index.cjs post.cjs watcher.cjs', ''],
  );
});

test('what is loaded later is in files of its own, and the action itself has none of it', () => {
  assert.deepEqual(files.toSorted(), [
    'aws.cjs',
    'github.cjs',
    'index.cjs',
    'post.cjs',
    'ssh2.cjs',
    'ws.cjs',
  ]);
  const later = /^ *(\/\/ |")node_modules\/(@aws-sdk|@smithy|@octokit|undici|ssh2|ws)\//m;
  assert.doesNotMatch(readText('dist/index.cjs'), later);
  assert.match(readText('dist/ssh2.cjs'), later);
  assert.match(readText('dist/aws.cjs'), later);
});

test('of the EC2 client only what is used is in dist', () => {
  assert.match(
    readText('dist/aws.cjs'),
    /\bDescribeInstancesCommand = class\b|\bclass DescribeInstancesCommand\b/,
  );
  assert.doesNotMatch(readText('dist/aws.cjs'), /\b(Run|Terminate)Instances(Command|\$)/);
  assert.ok(readText('dist/aws.cjs').length < 1_200_000);
});

test('dist names no place of the machine that built it', () => {
  for (const file of files) assert.ok(!readText(`dist/${file}`).includes(fileURLToPath(tree)), file);
});
