import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputsOf } from '../../src/report/outputs.ts';
import { publish } from '../../src/report/publish.ts';
import { spyOnActions } from './actions-spy.ts';
import { deployed, failingWith, unhealthy } from './made-reports.ts';

test('a deploy that went well sets every output, writes the summary and no error', async () => {
  const spy = spyOnActions();
  assert.equal(await publish(spy.actions, 'shop', [deployed], [], true), true);
  assert.deepEqual(Object.fromEntries(spy.outputs), outputsOf([deployed]));
  assert.match(spy.summary(), /^### ✅ shop deployed: /);
  assert.deepEqual(spy.errors, []);
});

test('a failure is one annotation with all three sentences, after its evidence', async () => {
  const spy = spyOnActions();
  assert.equal(await publish(spy.actions, 'shop', [unhealthy], [], true), false);
  assert.deepEqual(spy.errors, [
    'start failed: unhealthy: It was not healthy within 2 minutes.\nTraffic goes to blue.\nLook at the log.',
  ]);
  assert.deepEqual(spy.infos, [
    'group last log lines',
    '| one',
    '| two',
    'end',
    'group last probe',
    '| status 503',
    'end',
    '❌ shop not deployed to shop.example.com: Traffic goes to blue.',
  ]);
});

test('without job summaries nothing is written there', async () => {
  const spy = spyOnActions();
  await publish(spy.actions, 'shop', [deployed], [], false);
  assert.equal(spy.summary(), '');
  assert.equal(spy.outputs.size, Object.keys(outputsOf([deployed])).length);
});

test('a secret is hidden in outputs and summary, also where JSON or Markdown spells it otherwise', async () => {
  for (const secret of [
    's3cret',
    'my_secret_value',
    'a"quote',
    'back\\slash',
    '<tag>&"',
    'x|y*z',
    '`tick`',
  ]) {
    const spy = spyOnActions();
    const report = failingWith({
      message: `It said ${secret}!`,
      evidence: [{ title: 'last log lines', lines: [`password=${secret}`] }],
    });
    await publish(spy.actions, 'shop', [report], [secret], true);
    const told = [...spy.outputs.values()].join('\n') + spy.summary();
    const letters = secret.replace(/[^a-z0-9]+/g, '.{0,6}');
    assert.doesNotMatch(told, new RegExp(`(said|password=).{0,3}${letters}`), secret);
    assert.match(told, /It said \*\*\*!/);
  }
});

test('the result stays JSON when a secret in it is hidden', async () => {
  const spy = spyOnActions();
  await publish(spy.actions, 'shop', [failingWith({ message: 'It said a"b\\c.' })], ['a"b\\c'], true);
  const result = JSON.parse(String(spy.outputs.get('result')));
  assert.equal(result.hosts[0].failure.message, 'It said ***.');
});

test('a secret that is one of our own words takes nothing away from the outputs', async () => {
  const spy = spyOnActions();
  await publish(spy.actions, 'shop', [deployed], ['deployed', 'green', 'true', '8082'], true);
  assert.deepEqual(Object.fromEntries(spy.outputs), outputsOf([deployed]));
});

test('a secret is hidden in the log and the annotation too, where the runner would mask it or not', async () => {
  const secret = 'correct-horse-battery';
  const spy = spyOnActions();
  const report = failingWith({
    message: `It said ${secret}.`,
    cause: [`Caused by: ${secret}`, `cut: ${secret.slice(0, 9)}`],
    evidence: [
      {
        title: 'last log lines',
        lines: [secret, `correct-\u001b[31mhorse-\u0007battery`, btoa(`user:${secret}`)],
      },
    ],
  });
  await publish(spy.actions, 'shop', [report], [secret], true);
  const told = [...spy.infos, ...spy.errors, ...spy.outputs.values(), spy.summary()].join('\n');
  assert.doesNotMatch(told, /horse|correct|Y29ycmVjd|battery/);
  assert.match(spy.errors.join(), /Its log says:\n\| Caused by: \*\*\*\n\| cut: \*\*\*\n/);
});

test('whatever the host tells, outputs and summary stay under the 1 MiB that the runner takes', async () => {
  const lines = Array.from({ length: 2000 }, (_, index) => `${index} ${'<'.repeat(3000)}`);
  const evidence = [
    { title: 'last log lines', lines },
    { title: 'ports', lines },
  ];
  const spy = spyOnActions();
  const report = { ...failingWith({ message: '|'.repeat(70_000), evidence, cause: lines }), findings: lines };
  await publish(spy.actions, 'shop', [report], [], true);
  assert.ok(Buffer.byteLength(spy.summary()) < 2 ** 20, `${spy.summary().length}`);
  assert.ok(Buffer.byteLength(String(spy.outputs.get('result'))) < 2 ** 20);
  assert.match(spy.summary(), /1999 &lt;&lt;/, 'the last lines are kept');
  const usual = { ...unhealthy, findings: Array(50).fill('x'.repeat(2000)) };
  await publish(spy.actions, 'shop', [usual], [], true);
  assert.deepEqual(JSON.parse(String(spy.outputs.get('result'))).hosts[0].findings, usual.findings);
});

test('the last line of the log says the same as the first of the summary, and what the host names is redacted', async () => {
  const secret = 'correct-horse-battery';
  const origin = { repository: secret, ref: secret, commit: secret, actor: secret, runUrl: secret };
  const spy = spyOnActions();
  await publish(spy.actions, 'shop', [{ ...deployed, origin, previousOrigin: origin }], [secret], true);
  assert.equal(
    spy.infos.at(-1),
    '✅ shop deployed: release 20261122T214500Z-0a1b2c3d (commit *** by ***) is live on shop.example.com (green, port 8082); 12,345 requests, 0 failed',
  );
  assert.doesNotMatch([...spy.outputs.values(), spy.summary()].join('\n'), /horse/);
});
