import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setup } from '../../src/commands/setup.ts';
import type { World } from '../../src/commands/world.ts';
import { Failure } from '../../src/failure.ts';
import type { HostReport } from '../../src/report/host-report.ts';
import { type Answer, exited, type MadeWorld, makeWorld } from './made-world.ts';
import { setupOf } from './valid-inputs.ts';

const onEc2 = { host: '', 'instance-id': 'i-0123456789abcdef0' };

/** SHA256 of three bytes, which is what the made host's key is. */
const fingerprint = 'SHA256:cJ6AyISHokEeHuTfufIqhhSS0gxHZRUMDHlKvXD4FHw';

async function setUp(
  changes: Readonly<Record<string, string>> = {},
  answers: Parameters<typeof makeWorld>[0] = {},
  ways: Partial<World> = {},
): Promise<{ readonly made: MadeWorld; readonly report: HostReport }> {
  const made = makeWorld(answers);
  const [report] = await setup(setupOf(changes), { ...made.world, ...ways });
  assert.ok(report !== undefined);
  return { made, report };
}

const textOf = ({ setup: seen }: HostReport): readonly string[] =>
  (seen?.steps ?? []).map(({ name, will, did, there }) => [name, will, did, there].join(' | '));

test('the story: the lock, what will be done, what was done, each step told twice', async () => {
  const { made, report } = await setUp({ jar: 'app.jar' });
  assert.deepEqual(made.story, ['acquire', 'survey', 'setup']);
  assert.deepEqual(
    report.stages.map(({ stage }) => stage),
    ['resolve', 'connect', 'acquire', 'inspect', 'setup'],
  );
  assert.deepEqual([report.outcome, report.reloads, report.tcpResets], ['set-up', 1, 0]);
  assert.deepEqual(textOf(report), [
    'packages |  |  | nginx 1.22.1, Java 17 and all tools are there',
    'site | write the site and reload nginx once | wrote the site | ',
  ]);
  const told = made.lines.filter(line => line.startsWith('foreign site'));
  assert.deepEqual(told, [
    'foreign site: will write the site and reload nginx once',
    'foreign site: wrote the site',
  ]);
  assert.match(made.commands[1] ?? '', / survey .*installs=yes.* class-version=61 /);
});

test('without a jar any Java is enough, and the host is sent no keys', async () => {
  const { made } = await setUp({ jar: '' });
  assert.match(made.commands[1] ?? '', / class-version=0 /);
  assert.doesNotMatch(made.commands[1] ?? '', /deploy-user/);
  assert.equal(made.sent.get('setup'), '');
});

test('restricted: the host is told the user, and the keys on stdin', async () => {
  const keys = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a@b';
  const { made } = await setUp({ restricted: 'true', 'deploy-public-key': keys });
  assert.match(made.commands[2] ?? '', / setup .*deploy-user=shop-api-deploy/);
  assert.equal(made.sent.get('setup'), `${keys}\n`);
});

const nothing: Answer = { lines: ['@stage=setup', '@step=site nothing the site is there'] };

test('where nothing was to be done the outcome is unchanged', async () => {
  const { report } = await setUp({}, { survey: [nothing], setup: [nothing] });
  assert.equal(report.outcome, 'unchanged');
});

test('a host that fails in the middle: the steps before it were done, the others are told as not done', async () => {
  const broken: Answer = {
    lines: [
      '@stage=setup',
      '@step=packages did installed nginx',
      '@reason=disk-full',
      '@message=Full.',
      '@remedy=Free.',
    ],
    outcome: exited(12),
  };
  const { report } = await setUp({}, { setup: [broken] });
  assert.deepEqual(
    [report.outcome, report.failure?.stage, report.failure?.reason],
    ['failed', 'setup', 'disk-full'],
  );
  assert.deepEqual(textOf(report), [
    'packages |  | installed nginx | ',
    'site | write the site and reload nginx once |  | ',
  ]);
});

test('an instance gets its tag and its ports after the host, and both are told before', async () => {
  const calls: string[] = [];
  const { report } = await setUp(
    { ...onEc2, 'open-ports': '80,443' },
    {},
    {
      surveyPorts: async (_, ports) => `open ${ports.join()}`,
      openPorts: async (instance, ports) => {
        calls.push(`${instance.id} ${ports.join()}`);
        return 'opened';
      },
      writeHostKeyTag: async (_, fingerprints) => {
        calls.push(fingerprints.join());
        return 'tagged';
      },
    },
  );
  assert.deepEqual(calls, ['i-0123456789abcdef0 80,443', fingerprint]);
  const [, , ports, tag] = textOf(report);
  assert.equal(ports, 'open-ports | open 80,443 | opened | ');
  assert.match(tag ?? '', /^host-key-tag \| tag i-0123456789abcdef0 as .* \| tagged \| $/);
});

test('a group that is not clear ends it before the host is changed; a tag that AWS refuses is told, and the rest stands', async () => {
  const no = async (): Promise<never> => {
    throw new Failure({ reason: 'aws-refused', message: 'Denied.', traffic: '', remedy: 'Permit it.' });
  };
  const refused = await setUp({ ...onEc2, 'open-ports': '80' }, {}, { surveyPorts: no });
  assert.deepEqual(
    [refused.report.outcome, refused.report.failure?.stage, refused.made.story],
    ['refused', 'inspect', ['acquire', 'survey']],
  );
  const { report } = await setUp(onEc2, {}, { writeHostKeyTag: no });
  assert.deepEqual([report.outcome, report.failure], ['set-up', undefined]);
  assert.deepEqual(report.findings, ['host-key-tag was not done: Denied. Permit it.']);
});
