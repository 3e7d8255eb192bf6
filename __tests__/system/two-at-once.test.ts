import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { buildJar } from '../../sandbox/app/build.ts';
import { startLoad } from '../../sandbox/load/load.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import { findClashes, type Note, putProgram, readNotes, withoutLocks } from './changing-sections.ts';
import { assertDeployed, assertNothingLeft, describeOnHost, type Target } from './target.ts';
import { versionAt } from './unconfirmed.ts';

const ROUNDS = 20;
const versions = ['v0', 'v1', 'v2', 'v3', 'v4'] as const;

/** A run that came to its end, in the order in which they did. */
interface Finished {
  readonly version: string;
  readonly run: ActionRun;
}

const patient = '60s';
const impatient = '0ms';

/** How long the two wait for the lock, by turns, and whether they bring the same jar. */
const turns = [
  { waits: [patient, patient], isSameJar: false },
  { waits: [patient, impatient], isSameJar: false },
  { waits: [impatient, impatient], isSameJar: false },
  { waits: [patient, patient], isSameJar: true },
] as const;

/** Two runs started at the same time. */
async function race(target: Target, round: number): Promise<readonly Finished[]> {
  const { waits, isSameJar } = turns[round % turns.length] ?? turns[0];
  const finished: Finished[] = [];
  await Promise.all(
    waits.map(async (wait, one) => {
      const version = versions[(2 * round + (isSameJar ? 0 : one)) % versions.length] ?? '';
      const jar = await buildJar({ version, megabytes: 1 });
      const inputs = { jar, 'lock-wait': wait, 'keep-releases': '3', 'health-interval': '100ms' };
      const env = { GITHUB_RUN_ID: `${1000 + 2 * round + one}` };
      finished.push({ version, run: await target.deploy(version, inputs, { env }) });
    }),
  );
  return finished;
}

/** How a run may end: it deployed, it had nothing to do, or it was locked out. Gives which. */
function outcomeOf({ run }: Finished): string {
  const { outcome = '', reason = '' } = run.outputs;
  const isGood = run.code === 0 && reason === '' && (outcome === 'deployed' || outcome === 'unchanged');
  const isLockedOut = run.code === 1 && outcome === 'refused' && reason === 'locked';
  assert.ok(isGood || isLockedOut, run.log);
  return isGood ? outcome : reason;
}

/** The release that the last good run reported is the one that nginx sends the traffic to, and it answers. */
async function assertServed(target: Target, finished: readonly Finished[]): Promise<void> {
  const last = finished.findLast(({ run }) => run.code === 0);
  assert.ok(last, finished.map(({ run }) => run.log).join('\n'));
  assert.equal(await versionAt(target), last.version);
  const color = await target.host.sh('curl -fsS http://127.0.0.1/.nginx-bluegreen/shop/live');
  assert.equal(color.trim(), `http://shop-${last.run.outputs['live-color']}`);
  const link = await target.host.sh(`readlink /opt/shop/${last.run.outputs['live-color']}`);
  assert.equal(link.trim(), `releases/${last.run.outputs.release}`);
}

test('a clash is found: an overlap, a run between the stages of another, a section without an end', () => {
  const note = (words: string): Note => {
    const [kind, run = '', stage = ''] = words.split(' ');
    return { kind: kind === 'begin' ? 'begin' : 'end', run, stage };
  };
  const clashes = (...lines: readonly string[]) => findClashes(lines.map(note)).length;
  const a = ['begin a start', 'end a start'];
  const b = ['begin b start', 'end b start'];
  assert.equal(clashes(...a, 'begin a switch', 'end a switch', ...b), 0);
  assert.ok(clashes('begin a start', ...b, 'end a start') > 0);
  assert.ok(clashes(...a, ...b, 'begin a switch', 'end a switch') > 0);
  assert.ok(clashes(...a, 'begin b start') > 0);
});

await describeOnHost('two deploys to one host at the same time', {}, target => {
  before(async () => {
    await putProgram(target().host);
    assertDeployed(await target().deploy('first'), 'blue');
  });

  test(`${ROUNDS} times: each takes its turn or is locked out, never both change the host, and no request is lost`, async () => {
    const { host, url } = target();
    const load = await startLoad(url, { connections: 8, rate: 150, newPerSecond: 5, seconds: 600 });
    const outcomes: string[] = [];
    let waited = 0;
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const finished = await race(target(), round);
        outcomes.push(...finished.map(outcomeOf));
        waited += finished.filter(({ run }) => run.log.includes('waiting for the lock, held by')).length;
        await assertServed(target(), finished);
        await assertNothingLeft(host);
      }
    } finally {
      await load.stop();
    }
    const count = (outcome: string): number => outcomes.filter(one => one === outcome).length;
    const told = JSON.stringify(outcomes);
    assert.equal(outcomes.length, 2 * ROUNDS);
    assert.ok(count('deployed') >= ROUNDS && count('locked') >= 3 && count('unchanged') >= 3, told);
    assert.ok(waited >= ROUNDS / 3, `${waited} runs waited`);

    const notes = await readNotes(host);
    const runs = new Set(notes.map(({ run }) => run));
    assert.equal(runs.size, 1 + 2 * ROUNDS - count('locked'), 'every run that was not locked out left notes');
    assert.ok(notes.length >= 2 * 5 * count('deployed'), `${notes.length} notes`);
    assert.deepEqual(findClashes(notes), []);

    const result = await load.finished;
    assert.equal(result.failed, 0, JSON.stringify(result.samples));
    assert.ok(result.requests > 1000, `${result.requests} requests`);
  });

  test('the same without locks: the second is found in its changing stages during those of the first', async () => {
    const { deploy, host } = target();
    await putProgram(host, withoutLocks);
    const inStart = Promise.withResolvers<void>();
    const first = deploy(
      'v0',
      { env: 'SAMPLE_START_DELAY_MS=8000' },
      { onLine: line => line.startsWith('::group::start:') && inStart.resolve() },
    );
    await Promise.race([inStart.promise, first]);
    const runs = [await deploy('v2'), await first];
    const clashes = findClashes(await readNotes(host));
    assert.ok(
      clashes.some(clash => /^inspect of \S+ began during start of/.test(clash)),
      `found were: ${clashes.join('; ')}\n${runs.map(run => run.log).join('\n')}`,
    );
  });
});
