import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readText, tree } from './action-file.ts';
import { callsIn, namedCallsIn } from './aws-calls.ts';

/** The parts of docs/aws.md that say what a feature needs, and the sources that make its calls or explain them. */
const features: Readonly<Record<string, readonly string[]>> = {
  'Finding the instance': ['find-instances.ts'],
  'ec2-console': ['console-host-keys.ts'],
  'The host-key tag': ['host-key-tag.ts'],
  'open-ports': ['open-ports.ts'],
  'instance-connect': ['instance-connect.ts'],
  'instance-connect-endpoint': [
    'connect-endpoint.ts',
    'endpoint-tunnel.ts',
    'tunnel-url.ts',
    'tunnel-refusal.ts',
  ],
};

const sources = globSync('src/**/*.ts', { cwd: fileURLToPath(tree) });
const importing = sources.filter(path => /@aws-sdk/.test(readText(path)));
const calling = sources.filter(path => callsIn(readText(path)).length > 0);
const called = [...new Set(calling.flatMap(path => callsIn(readText(path))))].toSorted();
const page = readText('docs/aws.md');

/** What a feature's sources say, all together by `read`. */
const gather = (files: readonly string[], read: (source: string) => readonly string[]): readonly string[] => [
  ...new Set(
    files
      .map(file => `src/aws/${file}`)
      .filter(path => sources.includes(path))
      .flatMap(path => read(readText(path)))
      .toSorted(),
  ),
];

/** The policy under a heading of docs/aws.md: its statements. */
function statementsOf(heading: string): readonly Statement[] {
  const [, part = ''] = page.split(new RegExp(`^### ${heading}$`, 'm'));
  const [, json = '{}'] = /```json\n([\s\S]*?)```/.exec(part.split(/^##+ /m)[0] ?? '') ?? [];
  return JSON.parse(json).Statement ?? [];
}

interface Statement {
  readonly Effect: string;
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: object;
}

test('calls are found by their commands, pages and signed actions, with the service of their client', () => {
  assert.deepEqual(
    callsIn(
      "openEc2(region); new sdk.StopInstancesCommand({}); sdk.paginateDescribeTags(x); runCommand('x'); sdk.paginateDescribeTags(y)",
    ),
    ['ec2:DescribeTags', 'ec2:StopInstances'],
  );
  const connect = 'new sdk.EC2InstanceConnectClient({}); new sdk.SendSSHPublicKeyCommand({})';
  assert.deepEqual(callsIn(connect), ['ec2-instance-connect:SendSSHPublicKey']);
  const signed = "new SignatureV4({ service: 'ec2-instance-connect' }); const path = '/openTunnel';";
  assert.deepEqual(callsIn(signed), ['ec2-instance-connect:OpenTunnel']);
  assert.throws(() => callsIn('new sdk.StopInstancesCommand({})'), /client/);
});

test('nothing is taken of the AWS SDK but the clients of EC2 and Instance Connect, in src/aws, and no waiters', () => {
  assert.deepEqual(
    importing.filter(path => !/^src\/aws\/[a-z0-9-]+\.ts$/.test(path)),
    [],
  );
  const packages = importing.flatMap(path => readText(path).match(/@aws-sdk\/[a-z0-9-]+/g) ?? []);
  for (const name of packages) assert.match(name, /^@aws-sdk\/client-ec2(-instance-connect)?$/);
  for (const path of sources) assert.doesNotMatch(readText(path), /waitUntil[A-Z]/, path);
});

test('every source that calls AWS is of a feature that docs/aws.md has a policy for', () => {
  assert.ok(calling.length > 0);
  const known = Object.values(features)
    .flat()
    .map(file => `src/aws/${file}`);
  for (const path of calling) assert.ok(known.includes(path), `${path} calls AWS and is of no feature`);
});

for (const [heading, files] of Object.entries(features)) {
  const calls = gather(files, callsIn);

  test(`${heading}: its policy in docs/aws.md has the calls that it makes, and no other`, () => {
    const statements = statementsOf(heading);
    assert.ok(calls.length > 0);
    assert.deepEqual(statements.map(({ Action }) => Action).toSorted(), calls);
    for (const { Effect, Action, Resource, Condition } of statements) {
      assert.equal(Effect, 'Allow');
      if (/^ec2:Describe/.test(Action)) {
        assert.equal(Resource, '*', `${Action}: AWS takes * alone`);
        assert.deepEqual(Condition, { StringEquals: { 'aws:RequestedRegion': 'ap-northeast-2' } });
      } else {
        assert.match(Resource, /^arn:aws:ec2:ap-northeast-2:111122223333:[a-z-]+\/[a-z]+-[0-9a-f]+$/);
      }
    }
  });

  test(`${heading}: the permissions that its failures name are those of its calls`, () => {
    assert.deepEqual(gather(files, namedCallsIn), calls);
  });
}

test('docs/aws.md has each call in its table, and names no other', () => {
  const rows = page.split('\n').filter(line => /^\| .*\| `ec2/.test(line));
  const inTable = rows.flatMap(row => row.match(/ec2(-instance-connect)?:[A-Z]\w+/g) ?? []);
  assert.deepEqual([...new Set(inTable)].toSorted(), called);
  const named = page.match(/\bec2(-instance-connect)?:[A-Z][a-z]+[A-Z]\w+/g) ?? [];
  assert.deepEqual([...new Set(named)].toSorted(), called);
});
