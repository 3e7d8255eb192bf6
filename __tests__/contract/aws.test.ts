import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readText, tree } from './action-file.ts';

/**
 * The calls a source makes of AWS, by what it takes from the SDK: `…Command` is one, and so are `paginate…` and
 * `waitUntil…`, which make that of their name.
 */
const callsIn = (source: string): readonly string[] => [
  ...new Set(
    [...source.matchAll(/\b([A-Z][A-Za-z]+)Command\b|\bpaginate([A-Z][A-Za-z]+)\b/g)].map(
      ([, command, paged]) => `ec2:${command ?? paged}`,
    ),
  ),
];

const sources = globSync('src/**/*.ts', { cwd: fileURLToPath(tree) });
const importing = sources.filter(path => /@aws-sdk/.test(readText(path)));
const called = callsIn(importing.map(readText).join('\n')).toSorted();
const page = readText('docs/aws.md');
const statements = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(
  ([, text = '']) => JSON.parse(text).Statement,
);
const actionsOf = (policy: readonly { readonly Action: string }[]): readonly string[] =>
  policy.map(({ Action }) => Action).toSorted();

test('calls are found by their commands, pages and names', () => {
  assert.deepEqual(callsIn('new sdk.StopInstancesCommand({}); sdk.paginateDescribeTags(x); runCommand()'), [
    'ec2:StopInstances',
    'ec2:DescribeTags',
  ]);
});

test('nothing is taken of the AWS SDK but the client of EC2, and no waiters', () => {
  assert.deepEqual(
    importing
      .map(path => path.replace(/^src\/aws\/[a-z0-9-]+\.ts$/, 'src/aws'))
      .filter(path => path !== 'src/aws'),
    [],
  );
  const packages = importing.flatMap(path => readText(path).match(/@aws-sdk\/[a-z0-9-]+/g) ?? []);
  assert.deepEqual([...new Set(packages)], ['@aws-sdk/client-ec2']);
  for (const path of importing) assert.doesNotMatch(readText(path), /waitUntil/, path);
});

test('the policies of docs/aws.md have the calls that the source makes, and no other', () => {
  const [find = [], findAndConsole = []] = statements;
  assert.deepEqual(called, ['ec2:DescribeInstances', 'ec2:GetConsoleOutput']);
  assert.deepEqual(actionsOf(findAndConsole), called);
  assert.deepEqual(actionsOf(find), ['ec2:DescribeInstances']);
  const named = new Set(page.match(/ec2:[A-Z][A-Za-z]+/g));
  assert.deepEqual([...named].toSorted(), called);
});

test('the console alone needs the second call', () => {
  const [, ...others] = callsIn(readText('src/aws/console-host-keys.ts'));
  assert.deepEqual(
    [callsIn(readText('src/aws/console-host-keys.ts'))[0], others],
    ['ec2:GetConsoleOutput', []],
  );
  assert.deepEqual(
    callsIn(readText('src/aws/find-host.ts')).filter(call => call !== 'ec2:DescribeInstances'),
    [],
  );
});
