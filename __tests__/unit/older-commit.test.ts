import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import type { Provenance } from '../../src/commands/provenance.ts';
import { madeProvenance, makeWorld } from './made-world.ts';
import { configOf } from './valid-inputs.ts';

const newer = {
  commit: 'decade'.padEnd(40, '0'),
  'run-id': '1008',
  'run-number': '8',
  'run-url': 'https://github.com/acme/shop/actions/runs/1008',
};

/** Deploys over a live release of a newer run, with some of its facts, of ours, or of the inputs changed. */
async function deployOver(
  live: Readonly<Record<string, string>> = {},
  ours: Partial<Provenance> = {},
  inputs: Readonly<Record<string, string>> = {},
  acquire: readonly string[] = ['@token=7', '@lease=held'],
) {
  const { repository, ref, workflow } = madeProvenance;
  const facts = { repository, ref, workflow, ...newer, ...live };
  const lines = [
    '@live-color=blue',
    '@live-release=20261121T101010Z-ffffffff',
    '@live-proof=proven',
    ...Object.entries(facts).map(([key, value]) => `@live-${key}=${value}`),
  ];
  const made = makeWorld({ acquire: [{ lines: acquire }], inspect: [{ lines }] });
  const world = { ...made.world, provenance: { ...madeProvenance, ...ours } };
  const [report] = await deploy(configOf(inputs), world);
  assert.ok(report);
  return { report, story: made.story, lines: made.lines };
}

test('a run that came too late is refused before anything is sent, with both commits and both runs', async () => {
  const { report, story } = await deployOver();
  assert.deepEqual(story, ['acquire', 'inspect']);
  assert.deepEqual(
    [report.outcome, report.failure?.stage, report.failure?.reason],
    ['refused', 'inspect', 'older-commit'],
  );
  for (const part of ['c0ffee00', 'decade00', madeProvenance.runUrl, newer['run-url'], 'refs/heads/main'])
    assert.ok(report.failure?.message.includes(part), part);
  assert.equal(
    report.failure?.traffic,
    'The traffic did not move: it goes to 20261121T101010Z-ffffffff (blue, port 8081), as before.',
  );
  assert.match(report.failure?.remedy ?? '', /by hand.*older-commit: warn/);
});

test('it is said when the run waited for the lock behind that one, and only then', async () => {
  const holderOf = (run: string) =>
    `@waited-for=acme/shop by bob, https://github.com/acme/shop/actions/runs/${run} (deploy), since 20`;
  for (const [run, isSaid] of [
    ['1008', true],
    ['10080', false],
  ] as const) {
    const acquire = [holderOf(run), '@token=7', '@lease=held'];
    const { report } = await deployOver({}, {}, {}, acquire);
    assert.equal(report.failure?.message.includes('waited for the lock behind it'), isSaid, run);
  }
});

test('older-commit: warn, force, and a person who starts the run deploy with a warning', async () => {
  const ways: readonly (readonly [Partial<Provenance>, Readonly<Record<string, string>>])[] = [
    [{}, { 'older-commit': 'warn' }],
    [{}, { force: 'true' }],
    [{ attempt: '2' }, {}],
    [{ event: 'workflow_dispatch' }, {}],
  ];
  for (const [ours, inputs] of ways) {
    const { report, lines } = await deployOver({}, ours, inputs);
    assert.equal(report.outcome, 'deployed');
    assert.match(report.findings.join(), /Commit c0ffee00 .* is older than commit decade00 .* all the same/);
    assert.equal(lines.filter(line => line.startsWith('warning ')).length, 1);
  }
});

test('another repository, another branch, the same commit, the same run, or an unknown one is not older', async () => {
  const others: readonly Readonly<Record<string, string>>[] = [
    { repository: 'acme/other' },
    { ref: 'refs/heads/release' },
    { commit: madeProvenance.commit },
    { 'run-number': '7', 'run-id': '1007' },
    { 'run-number': '6' },
    { commit: '' },
    { ref: '' },
  ];
  for (const live of others) {
    const { report } = await deployOver(live);
    assert.deepEqual([report.outcome, report.findings], ['deployed', []], JSON.stringify(live));
  }
});

test('a live release from before this was kept, or from outside GitHub, is deployed over', async () => {
  const unknown = Object.fromEntries(
    ['repository', 'ref', 'workflow', ...Object.keys(newer)].map(key => [key, '']),
  );
  assert.equal((await deployOver(unknown)).report.outcome, 'deployed');
});
