import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import type { World } from '../../src/commands/world.ts';
import { Failure, isReason, reasons } from '../../src/failure.ts';
import type { HostStage } from '../../src/host/stage.ts';
import { type Answer, exited, type MadeWorld, makeWorld } from './made-world.ts';
import { configOf } from './valid-inputs.ts';

const order: readonly HostStage[] = ['acquire', 'inspect', 'upload', 'start', 'switch', 'retire'];

/** A failure as the host program tells it. */
function told(reason: keyof typeof reasons, traffic = 'Traffic goes to blue.', isTakenBack = false): Answer {
  const facts: { readonly exitCode?: number } = reasons[reason];
  return {
    lines: [
      `@reason=${reason}`,
      '@message=It failed.',
      `@traffic=${traffic}`,
      '@remedy=Mend it.',
      ...(isTakenBack ? ['@taken-back=yes'] : []),
    ],
    outcome: exited(facts.exitCode ?? 1),
  };
}

const cases = [
  ['acquire', 'locked', 'refused'],
  ['inspect', 'nginx-config-invalid', 'refused'],
  ['upload', 'disk-full', 'refused'],
  ['start', 'unhealthy', 'failed'],
  ['switch', 'front-door-mismatch', 'reverted'],
  ['switch', 'disk-full', 'reverted'],
  ['switch', 'not-ours', 'failed'],
  ['retire', 'host-error', 'failed'],
] as const;

for (const [stage, reason, outcome] of cases) {
  test(`${reason} in ${stage} is told as ${outcome}, and no later stage runs`, async () => {
    const made = makeWorld({ [stage]: [told(reason, undefined, outcome === 'reverted')] });
    const [report] = await deploy(configOf(), made.world);
    assert.deepEqual(made.story, order.slice(0, order.indexOf(stage) + 1));
    assert.equal(report?.outcome, outcome);
    assert.deepEqual(report?.failure, {
      stage,
      reason,
      message: 'It failed.',
      traffic: 'Traffic goes to blue.',
      remedy: 'Mend it.',
      isTakenBack: outcome === 'reverted',
      evidence: [],
      cause: [],
    });
    assert.equal(report?.changed, stage === 'retire');
    assert.equal(made.sessionsEnded(), 1);
  });
}

for (const stage of order) {
  test(`a link that breaks during ${stage} says where the traffic is by all that is known`, async () => {
    const made = makeWorld({ [stage]: [{ outcome: { kind: 'lost', why: 'no answer' } }] });
    const [report] = await deploy(configOf(), made.world);
    assert.equal(report?.failure?.reason, 'link-lost');
    const why = stage === 'acquire' ? ' during acquire: no answer' : ' and did not come back: No route.';
    assert.match(report?.failure?.message ?? '', new RegExp(`broke${why}`));
    const traffic = report?.failure?.traffic ?? '';
    if (stage === 'switch') assert.match(traffic, /The host ends the switch by itself/);
    else if (stage === 'retire')
      assert.match(traffic, /20261122T214500Z-0a1b2c3d \(green, port 8082\), the new/);
    else assert.match(traffic, /did not move/);
  });
}

test('a stage that ends without telling why is host-error with its last words, never success', async () => {
  const outcomes = [
    [{ lines: [], outcome: exited(1), errors: ['line 7: oops'] }, /ended start with status 1: line 7: oops/],
    [{ lines: [], outcome: exited(127) }, /status 127: it said nothing/],
    [{ outcome: { kind: 'killed', signal: 'KILL' } }, /ended by the signal KILL during start/],
    [{ lines: ['@reason=unhealthy', '@message=m'], outcome: exited(1) }, /with status 1/],
  ] as const;
  for (const [answer, message] of outcomes) {
    const made = makeWorld({ start: [answer] });
    const [report] = await deploy(configOf(), made.world);
    assert.equal(report?.failure?.reason, 'host-error');
    assert.match(report?.failure?.message ?? '', message);
    assert.ok(report?.failure?.traffic);
    assert.equal(made.story.at(-1), 'start');
  }
});

test('a password that sudo wants is told with the cure', async () => {
  const errors = ['sudo: a password is required'];
  for (const answers of [
    { acquire: [{ outcome: exited(1), errors }] },
    { acquire: [{ outcome: exited(44) }], install: [{ outcome: exited(1), errors }] },
  ]) {
    const [report] = await deploy(configOf(), makeWorld(answers).world);
    assert.equal(report?.failure?.reason, 'sudo-refused');
    assert.match(report?.failure?.remedy ?? '', /ec2-user ALL=\(ALL\) NOPASSWD: ALL/);
  }
});

test('a program that could not be installed stops there', async () => {
  const made = makeWorld({ acquire: [{ outcome: exited(44) }], install: [{ outcome: exited(1) }] });
  const [report] = await deploy(configOf(), made.world);
  assert.deepEqual(made.story, ['acquire', 'install']);
  assert.equal(report?.failure?.stage, 'acquire');
});

test('a program that is still missing after its installation is not installed for ever', async () => {
  const missing = { outcome: exited(44) };
  const made = makeWorld({ acquire: [missing, missing] });
  const [report] = await deploy(configOf(), made.world);
  assert.deepEqual(made.story, ['acquire', 'install', 'acquire']);
  assert.equal(report?.failure?.reason, 'host-error');
});

test('a front door that another serves is refused before anything changes, unless forced', async () => {
  const inspect: Answer = {
    lines: ['@live-color=blue', '@live-proof=mismatch', '@drift=port 8081 is held by process 7'],
  };
  const refused = makeWorld({ inspect: [inspect] });
  const [report] = await deploy(configOf(), refused.world);
  assert.deepEqual(refused.story, ['acquire', 'inspect']);
  assert.deepEqual([report?.outcome, report?.failure?.reason], ['refused', 'front-door-mismatch']);
  assert.match(report?.failure?.message ?? '', /held by process 7/);
  const forced = makeWorld({ inspect: [inspect] });
  await deploy(configOf({ force: 'true' }), forced.world);
  assert.equal(forced.story.at(-1), 'retire');
});

const failing = (reason: keyof typeof reasons) => () =>
  Promise.reject(new Failure({ reason, message: 'm', traffic: '', remedy: 'r' }));

const before: readonly (readonly [string, string, string, Partial<World>])[] = [
  ['a build that fails', 'resolve', 'build-failed', { runCommand: async () => 1 }],
  ['a jar that is missing', 'resolve', 'jar-missing', { findJar: failing('jar-missing') }],
  ['a host that is not found', 'resolve', 'host-not-found', { findHosts: failing('host-not-found') }],
  ['a host key that is unknown', 'connect', 'host-key-unknown', { connect: failing('host-key-unknown') }],
];

for (const [what, stage, reason, changes] of before) {
  test(`${what} fails ${stage}, and the host performs nothing`, async () => {
    const made = makeWorld();
    const config = configOf({ 'build-command': 'make jar' });
    const [report] = await deploy(config, { ...made.world, ...changes });
    assert.deepEqual(made.story, []);
    assert.deepEqual(
      [report?.outcome, report?.failure?.stage, report?.failure?.reason],
      ['refused', stage, reason],
    );
    assert.ok(isReason(reason));
    const traffic = stage === 'resolve' ? /No host was contacted/ : /Nothing was changed on the host/;
    assert.match(report?.failure?.traffic ?? '', traffic);
    assert.deepEqual(report?.stages.at(-1)?.stage, stage);
  });
}

test('a run that is stopped between stages begins no other, and gives its reason', async () => {
  const made: MadeWorld = makeWorld();
  const stop = new Failure({ reason: 'timeout', message: 'too long', traffic: '', remedy: 'r' });
  const world: World = {
    ...made.world,
    openFile: (path, range) => {
      made.stopping.abort(stop);
      return made.world.openFile(path, range);
    },
  };
  const [report] = await deploy(configOf(), world);
  assert.deepEqual(made.story, ['acquire', 'inspect', 'upload']);
  assert.deepEqual([report?.failure?.stage, report?.failure?.reason], ['start', 'timeout']);
  assert.match(report?.failure?.traffic ?? '', /did not move: it goes to 20261121T101010Z-ffffffff \(blue/);
});
