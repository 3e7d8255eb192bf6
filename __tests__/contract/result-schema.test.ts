import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import { setup } from '../../src/commands/setup.ts';
import { stages } from '../../src/failure.ts';
import { type ComparedJar, compareJars } from '../../src/jar/compare-jars.ts';
import { emptyReport, type HostReport } from '../../src/report/host-report.ts';
import { outputsOf } from '../../src/report/outputs.ts';
import { madePlan, planned } from '../unit/made-plans.ts';
import { deployed, failingWith, unhealthy } from '../unit/made-reports.ts';
import { madeStatus } from '../unit/made-status.ts';
import { exited, makeWorld, noContents } from '../unit/made-world.ts';
import { configOf, setupOf } from '../unit/valid-inputs.ts';
import { readText } from './action-file.ts';
import { problemsOfResult } from './result-schema.ts';

const unknownJar: ComparedJar = {
  bytes: undefined,
  classVersion: undefined,
  contents: { ...noContents, libraries: undefined, classes: { kind: 'unknown' }, resources: undefined },
};

const resultOf = (reports: readonly HostReport[]): string => outputsOf(reports).result ?? '';

test('the schema names every field of a report, and no other', () => {
  const { properties } = JSON.parse(readText('docs/result.schema.json')).$defs.host;
  assert.deepEqual(Object.keys(properties).toSorted(), Object.keys(emptyReport('deploy')).toSorted());
});

test('reports of every kind are as the schema says', async () => {
  const told = { lines: ['@reason=unhealthy', '@message=no', '@evidence=x'], outcome: exited(17) };
  const reports: readonly (readonly HostReport[])[] = [
    [],
    [emptyReport('plan')],
    [deployed, unhealthy],
    [failingWith({ cause: ['x'], isTakenBack: true })],
    [{ ...emptyReport('status'), outcome: 'unchanged', status: madeStatus }],
    ...[madePlan, { ...madePlan, live: undefined, jar: compareJars(unknownJar, unknownJar) }].map(plan => [
      planned(plan),
    ]),
    await deploy(configOf(), makeWorld().world),
    await deploy(configOf({ 'bake-time': '3s' }), makeWorld().world),
    await deploy(configOf(), makeWorld({ start: [told] }).world),
    await deploy(configOf(), makeWorld({}, 0).world),
    await setup(setupOf(), makeWorld().world),
  ];
  for (const one of reports) assert.deepEqual(problemsOfResult(resultOf(one)), []);
});

test('a field that is not documented, one of another kind and one that is missing are found', () => {
  const result = JSON.parse(resultOf([deployed]));
  const [host] = result.hosts;
  for (const broken of [
    { ...result, version: 2 },
    { ...result, hosts: [{ ...host, surprise: 1 }] },
    { ...result, hosts: [{ ...host, plan: { ...madePlan, jar: { ...madePlan.jar, libraries: ['x'] } } }] },
    { ...result, hosts: [{ ...host, plan: { ...madePlan, live: { release: 'x' } } }] },
    { ...result, hosts: [{ ...host, changed: 'true' }] },
    { ...result, hosts: [{ ...host, stages: undefined }] },
  ])
    assert.notDeepEqual(problemsOfResult(JSON.stringify(broken)), []);
});

test('every field has its row in docs/outputs.md, and the example there is a result', () => {
  const page = readText('docs/outputs.md');
  for (const field of Object.keys(emptyReport('deploy')))
    assert.ok(page.includes(`\n| \`${field}\` |`), field);
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  assert.deepEqual(problemsOfResult(example), []);
  assert.ok(
    JSON.parse(example).hosts[0].stages.every((one: { readonly stage: string }) =>
      stages.some(stage => stage === one.stage),
    ),
  );
});
