import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import { exited, type MadeWorld, madeProvenance, makeWorld } from './made-world.ts';
import { configOf, validKey } from './valid-inputs.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const all = ['acquire', 'inspect', 'upload', 'start', 'switch', 'retire'];

const callOf = (made: MadeWorld, stage: string): string =>
  made.commands.find(one => one.includes(` ${stage} `)) ?? '';

test('a deploy is one exec a stage, in this order, but that inspect comes with the lock', async () => {
  const made = makeWorld();
  const [report, ...others] = await deploy(configOf(), made.world);
  assert.deepEqual(made.story, all);
  assert.deepEqual(others, []);
  assert.equal(report?.failure, undefined);
  assert.equal(made.sessionsEnded(), 1);
  assert.deepEqual(
    report?.stages.map(({ stage }) => stage),
    ['resolve', 'connect', ...all],
  );
});

test('the report tells the new release, its color and what it replaced', async () => {
  const [report] = await deploy(configOf(), makeWorld().world);
  assert.ok(report);
  const { outcome, release, previousRelease, liveColor, livePort, changed, uploadedBytes, healthyAfterMs } =
    report;
  assert.deepEqual(
    { outcome, release, previousRelease, liveColor, livePort, changed, uploadedBytes, healthyAfterMs },
    {
      outcome: 'deployed',
      release: '20261122T214500Z-0a1b2c3d',
      previousRelease: '20261121T101010Z-ffffffff',
      liveColor: 'green',
      livePort: 8082,
      changed: true,
      uploadedBytes: 9,
      healthyAfterMs: 4200,
    },
  );
  assert.deepEqual(report.drain, { ms: 1100, open: 0, cut: 0, cutWebSockets: 0 });
  assert.equal(report.traffic?.requests, 10);
});

test('the report tells who the live release and the one before it came from, and what was attempted', async () => {
  const old = [
    '@live-commit=abc',
    '@live-actor=bob',
    '@live-run-url=https://x/1',
    '@live-ref=refs/heads/main',
  ];
  const inspected = ['@live-color=blue', '@live-release=20261121T101010Z-ffffffff', ...old];
  const ours = {
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    commit: madeProvenance.commit,
    actor: 'alice',
    runUrl: madeProvenance.runUrl,
  };
  const theirs = {
    repository: '',
    ref: 'refs/heads/main',
    commit: 'abc',
    actor: 'bob',
    runUrl: 'https://x/1',
  };
  const attempted = { release: '20261122T214500Z-0a1b2c3d', origin: ours };
  const [good] = await deploy(configOf(), makeWorld({ inspect: [{ lines: inspected }] }).world);
  assert.deepEqual([good?.origin, good?.previousOrigin, good?.attempted], [ours, theirs, attempted]);
  const bad = { lines: ['@reason=unhealthy', '@message=no'], outcome: exited(17) };
  const broken = makeWorld({ inspect: [{ lines: inspected }], start: [bad] });
  const [failed] = await deploy(configOf(), broken.world);
  assert.deepEqual(
    [failed?.origin, failed?.previousOrigin, failed?.attempted],
    [theirs, undefined, attempted],
  );
});

test('upload sends env, launch.conf, release.json, the list of pieces and the jar, in this order, with their lengths', async () => {
  const made = makeWorld();
  await deploy(configOf({ env: 'A=1\nB=ü' }), made.world);
  const sent = made.sent.get('upload') ?? '';
  const command = callOf(made, 'upload');
  const sizes = ['env', 'launch', 'json', 'pieces'].map(name =>
    Number(new RegExp(`${name}-bytes=(\\d+)`).exec(command)?.[1]),
  );
  const [env = 0, launch = 0, json = 0, pieces = 0] = sizes;
  const bytes = Buffer.from(sent);
  assert.equal(bytes.subarray(0, env).toString(), 'A=1\nB=ü\n');
  assert.equal(bytes.subarray(env, env + launch).toString(), 'java=java\njar\n');
  const record = JSON.parse(bytes.subarray(env + launch, env + launch + json).toString());
  assert.equal(record.release, '20261122T214500Z-0a1b2c3d');
  assert.equal(record.commit, madeProvenance.commit);
  assert.equal(record.runNumber, '7');
  assert.equal(pieces, 13);
  const head = (words: string) => `${words.padEnd(31)}\n`;
  assert.equal(
    bytes.subarray(env + launch + json).toString(),
    `cGllY2VzISE9\n${head('0 9')}jar-bytes`,
    'the jar is one block',
  );
});

test('a jar that the host has already is not sent again', async () => {
  const lines = ['@live-color=blue', '@live-proof=proven', '@jar-at=20261120T000000Z-0a1b2c3d'];
  const made = makeWorld({ inspect: [{ lines }] });
  await deploy(configOf(), made.world);
  assert.ok(callOf(made, 'upload').includes(' jar-at=20261120T000000Z-0a1b2c3d '));
  assert.ok(!made.sent.get('upload')?.includes('jar-bytes'));
});

const unchanged = [
  '@live-color=green',
  '@live-release=20261121T101010Z-0a1b2c3d',
  '@live-proof=proven',
  '@unchanged=yes',
];

test('the same jar with the same settings stops after inspect', async () => {
  const made = makeWorld({ inspect: [{ lines: unchanged }] });
  const [report] = await deploy(configOf(), made.world);
  assert.deepEqual(made.story, ['acquire', 'inspect']);
  assert.equal(report?.outcome, 'unchanged');
  assert.equal(report?.failure, undefined);
  assert.equal(report?.changed, false);
  assert.deepEqual([report?.liveColor, report?.livePort], ['green', 8082]);
  assert.equal(made.sessionsEnded(), 1);
});

test('anything that differs, or force, deploys after all', async () => {
  for (const lines of [unchanged.slice(0, -1), [...unchanged.slice(0, -1), '@unchanged=']]) {
    const made = makeWorld({ inspect: [{ lines }] });
    await deploy(configOf(), made.world);
    assert.deepEqual(made.story, all);
  }
  const forced = makeWorld({ inspect: [{ lines: unchanged }] });
  const [report] = await deploy(configOf({ force: 'true' }), forced.world);
  assert.deepEqual([forced.story, report?.outcome, report?.liveColor], [all, 'deployed', 'blue']);
});

test('inspect is told what the release would be, and what heap it may take', async () => {
  const made = makeWorld();
  await deploy(configOf({ 'java-opts': '-Xms16m -Xmx64m' }), made.world);
  const command = callOf(made, 'acquire');
  assert.match(command, / first=inspect /);
  for (const word of [
    `env-sha256=${sha256('')}`,
    `launch-sha256=${sha256('java=java\nopt=-Xms16m\nopt=-Xmx64m\njar\n')}`,
    `heap-start=${16 * 1024 ** 2}`,
    `heap-max=${64 * 1024 ** 2}`,
  ])
    assert.ok(command.includes(` ${word}`), `${word} in ${command}`);
  assert.ok(!command.includes(' force='));
  const share = makeWorld();
  await deploy(configOf({ env: 'JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=62.5', force: 'true' }), share.world);
  assert.match(callOf(share, 'acquire'), / heap-share=6250 .*force=yes/);
});

test('a first deploy takes blue and has no previous release', async () => {
  const made = makeWorld({ inspect: [{ lines: ['@live-color=', '@live-proof=none'] }] });
  const [report] = await deploy(configOf(), made.world);
  assert.deepEqual([report?.liveColor, report?.previousRelease], ['blue', undefined]);
  assert.match(made.commands[3] ?? '', / color=blue/);
});

test('a host without the program gets it, and then the lock is asked for again', async () => {
  const made = makeWorld({ acquire: [{ outcome: exited(44) }] });
  const [report] = await deploy(configOf(), made.world);
  assert.deepEqual(made.story, ['acquire', 'install', ...all]);
  assert.equal(made.sent.get('install'), 'the program');
  assert.equal(report?.outcome, 'deployed');
});

test('the holder of the lock is one line, whatever the runner says of the actor', async () => {
  const { world, commands } = makeWorld();
  const provenance = { ...world.provenance, actor: `a\n@lease=held\r\0${'x'.repeat(70_000)}` };
  await deploy(configOf(), { ...world, provenance });
  const [, holder = ''] = /'holder=([^']*)'/.exec(commands[0] ?? '') ?? [];
  assert.match(holder, /^acme\/shop by a @lease=held x{100}/);
  assert.equal(holder.length, 1000);
});

test('all stages of one run carry its name and the token it was given; another run has another name', async () => {
  const made = [makeWorld(), makeWorld()] as const;
  for (const { world } of made) await deploy(configOf(), world);
  const names = made.map(
    ({ commands }) => new Set(commands.map(one => / run=([0-9a-f]{16})( |$)/.exec(one)?.[1])),
  );
  assert.deepEqual(
    names.map(set => set.size),
    [1, 1],
  );
  assert.equal(names.flatMap(set => [...set]).filter(name => name !== undefined).length, 2);
  assert.notDeepEqual(names[0], names[1]);
  const [, ...stages] = made[0].commands;
  for (const command of stages) assert.match(command, / lease=7( |$)/);
});

for (const [stage, next] of [
  ['upload', 'start'],
  ['start', 'switch'],
  ['switch', 'retire'],
] as const) {
  const lost = { lines: ['said before'], outcome: { kind: 'lost', why: 'no answer' } } as const;

  test(`a link that breaks during ${stage} and comes back: the host is asked what became of it, and the story goes on`, async () => {
    const answer = { lines: ['said before', 'said after', '@switched-at=1764000000000'] };
    const made = makeWorld({ [stage]: [lost], follow: [answer] }, 2);
    const [report] = await deploy(configOf(), made.world);
    assert.equal(report?.outcome, 'deployed');
    const at = made.story.indexOf(stage);
    // In this world only `start` is called before the link breaks: all is answered at once.
    const asked = stage === 'upload' ? [stage, next] : [stage];
    const story = [stage, 'acquire', ...asked.map(() => 'follow'), next];
    assert.deepEqual(made.story.slice(at, at + story.length), story);
    assert.match(made.commands.filter(one => one.includes(' acquire '))[1] ?? '', / resume=7 /);
    const followed = made.commands.flatMap(one => / followed=(\S+)/.exec(one)?.[1] ?? []);
    assert.deepEqual(
      followed.slice(0, asked.length),
      asked.map(one => `7.${one}`),
      'also what was called ahead',
    );
    assert.equal(made.lines.filter(line => line.includes('said before')).length, 1, 'shown once');
    assert.deepEqual(
      made.targets[1]?.hostKeys,
      [{ kind: 'fingerprint', sha256: 'shown' }],
      'the same host key',
    );
  });

  test(`a ${stage} that the host never began is called again, with all of its data`, async () => {
    const made = makeWorld({ [stage]: [lost] }, 2);
    const [report] = await deploy(configOf(), made.world);
    assert.equal(report?.outcome, 'deployed');
    assert.deepEqual(made.story.filter(one => one === stage || one === 'follow').slice(0, 3), [
      stage,
      'follow',
      stage,
    ]);
    assert.match(made.sent.get('upload') ?? '', /jar-bytes$/);
  });
}

test('another run that took over meanwhile is told, and nothing more is called', async () => {
  const lost = { outcome: { kind: 'lost', why: 'no answer' } } as const;
  const taken = {
    lines: [
      '@reason=link-lost',
      '@message=Another run took over.',
      '@traffic=It goes to green.',
      '@remedy=Look.',
    ],
    outcome: exited(24),
  };
  const held = { lines: ['@token=7', '@lease=held'] };
  const made = makeWorld({ start: [lost], acquire: [held, taken] }, 2);
  const [report] = await deploy(configOf(), made.world);
  assert.equal(report?.failure?.message, 'Another run took over.');
  assert.deepEqual(made.story.slice(-2), ['start', 'acquire']);
});

test('no secret is in any command or line of log; env travels on stdin', async () => {
  const made = makeWorld({ acquire: [{ outcome: exited(44) }] });
  await deploy(configOf({ env: 'PASSWORD=hunter2-very-secret' }), made.world);
  const told = [...made.commands, ...made.lines].join('\n');
  assert.ok(!told.includes('hunter2'));
  for (const line of validKey.privateText.trim().split('\n')) assert.ok(!told.includes(line));
  assert.ok(made.sent.get('upload')?.startsWith('PASSWORD=hunter2-very-secret\n'));
});

test("what the host says is foreign text, so that an app's line is no command to the runner", async () => {
  const made = makeWorld();
  await deploy(configOf(), made.world);
  assert.ok(made.lines.includes('foreign ::error::the app says hello'));
  assert.ok(!made.lines.some(line => line.startsWith('info ::')));
});

test('findings and drift are warnings', async () => {
  const lines = ['@live-color=blue', '@live-proof=down', '@drift=it is down', '@finding=no Host'];
  const made = makeWorld({ inspect: [{ lines }] });
  const [report] = await deploy(configOf(), made.world);
  assert.deepEqual(report?.findings, ['it is down', 'no Host']);
  assert.equal(made.lines.filter(line => line.startsWith('warning ')).length, 2);
});

test('ec2-console asks AWS for the keys of the instance that was found', async () => {
  const made = makeWorld();
  const changes = { host: '', 'instance-id': 'i-0123456789abcdef0', 'ssh-host-key': 'ec2-console' };
  await deploy(configOf(changes), made.world);
  assert.ok(made.targets[0]?.hostKeys.some(rule => rule.kind === 'fingerprint' && rule.sha256 === 'console'));
});

test('a name that the host gives its release is no more than a name, in outputs and in commands', async () => {
  const lines = [
    '@live-color=blue',
    '@live-proof=proven',
    '@live-release=$(id)::x\r##[y]',
    "@jar-at=a'; id\0 ##[z]",
  ];
  const { world, commands, lines: log } = makeWorld({ inspect: [{ lines }] });
  const [report] = await deploy(configOf(), world);
  assert.equal(report?.previousRelease, '--id---x----y-');
  assert.ok(
    commands.some(command => command.includes(' jar-at=a---id-----z- ')),
    commands.join('\n'),
  );
  assert.ok(!log.some(line => line.startsWith('info ') && line.includes('##[')));
});
