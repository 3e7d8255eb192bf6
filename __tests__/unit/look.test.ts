import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plan } from '../../src/commands/plan.ts';
import { status } from '../../src/commands/status.ts';
import { exited, goodAnswers, makeWorld } from './made-world.ts';
import { planOf, statusOf } from './valid-inputs.ts';

test('a look is one exec, and takes no lock', async () => {
  for (const stage of ['plan', 'status'] as const) {
    const made = makeWorld();
    const [report] =
      stage === 'plan' ? await plan(planOf(), made.world) : await status(statusOf(), made.world);
    assert.deepEqual(made.story, [stage]);
    assert.equal(report?.failure, undefined);
    assert.equal(made.sessionsEnded(), 1);
    assert.deepEqual(made.kept, []);
  }
});

test('where the program is not installed its text is sent on stdin, and nothing is installed', async () => {
  const made = makeWorld({ status: [{ outcome: exited(44) }] });
  const [report] = await status(statusOf(), made.world);
  assert.equal(report?.outcome, 'unchanged');
  assert.deepEqual(made.story, ['status', 'status']);
  assert.equal(made.sent.get('status'), made.world.program.text);
  assert.match(made.commands[1] ?? '', /^exec sudo -n sh -s -- status /);
  assert.ok(!made.commands.some(command => command.includes(made.world.program.text)));
});

test('a link that breaks during a look is opened again, and the look made once more', async () => {
  const lost = { outcome: { kind: 'lost', why: 'reset' } } as const;
  const made = makeWorld({ plan: [lost] }, 2);
  const [report] = await plan(planOf(), made.world);
  assert.equal(report?.outcome, 'planned');
  assert.deepEqual(made.story, ['plan', 'plan']);
  assert.equal(made.targets.length, 2);
  const [failed] = await plan(planOf(), makeWorld({ plan: [lost, lost] }, 2).world);
  assert.equal(failed?.failure?.reason, 'link-lost');
});

test('every obstacle that the host tells is in the plan, and the run is well', async () => {
  const reasons = ['disk-full', 'port-taken'] as const;
  const told = reasons.flatMap(reason => [
    `@obstacle-reason=${reason}`,
    `@obstacle-message=what ${reason} says`,
    `@obstacle-remedy=what helps ${reason}`,
  ]);
  const made = makeWorld({ plan: [{ lines: [...(goodAnswers.plan.lines ?? []), ...told] }] });
  const [report] = await plan(planOf(), made.world);
  assert.deepEqual(
    report?.plan?.obstacles,
    reasons.map(reason => ({ reason, message: `what ${reason} says`, remedy: `what helps ${reason}` })),
  );
  assert.equal(report?.failure, undefined);
});

test('without a jar the plan goes on and says so', async () => {
  const made = makeWorld();
  const [report] = await plan(planOf({ jar: '' }), made.world);
  assert.equal(report?.plan?.next.jar, undefined);
  assert.match(report?.plan?.missing.join('\n') ?? '', /No jar was given/);
  assert.ok(!made.commands.some(command => command.includes('jar-sha256')));
});

test('status fails by what is not well', async () => {
  const lines = goodAnswers.status.lines ?? [];
  for (const [replaced, by, reason] of [
    ['@live-color=blue', '@live-color=', 'not-deployed'],
    ['@live-proof=proven', '@live-proof=mismatch', 'front-door-mismatch'],
    ['@live-proof=proven', '@live-proof=down', 'unhealthy'],
    ['@blue-healthy=yes', '@blue-healthy=no', 'unhealthy'],
  ] as const) {
    const made = makeWorld({ status: [{ lines: lines.map(line => (line === replaced ? by : line)) }] });
    const [report] = await status(statusOf(), made.world);
    assert.deepEqual([report?.outcome, report?.failure?.reason], ['failed', reason]);
    assert.ok(report?.status);
  }
});
