import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { test } from 'node:test';
import { buildFatJar } from '../../sandbox/app/fat-jar.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import { piecesLine } from '../../src/jar/pieces-list.ts';
import { readJar } from '../../src/jar/read-jar.ts';
import { assertDeployed, assertNothingLeft, describeOnHost, jarOf, underLoad } from './target.ts';

const quick = { 'health-interval': '100ms', 'drain-timeout': '5s' };
const sentBy = (run: ActionRun): number => Number(run.outputs['uploaded-bytes']);

await describeOnHost('what a deploy sends of a jar', {}, target => {
  const deploy = async (jar: string): Promise<ActionRun> => {
    const [run, load] = await underLoad(target().url, () => target().deploy('', { ...quick, jar }));
    assert.equal(load.failed, 0, JSON.stringify(load.failures));
    return run;
  };
  const sumOnHost = async (run: ActionRun): Promise<string> =>
    (await target().host.sh(`sha256sum </opt/shop/releases/${run.outputs.release}/app.jar`)).slice(0, 64);

  test('the first one sends all of it', async () => {
    const jar = await buildFatJar({ version: '1.0.0' });
    const run = await target().deploy('', { ...quick, jar });
    assertDeployed(run, 'blue');
    assert.equal(sentBy(run), (await stat(jar)).size);
  });

  test('rebuilt with five other classes and another library, at most 2 % travel, and no request is lost', async () => {
    const jar = await buildFatJar({ version: '1.0.1', rebuilt: 1 });
    const run = await deploy(jar);
    assertDeployed(run, 'green');
    assert.ok(sentBy(run) <= (await stat(jar)).size * 0.02, `${sentBy(run)} bytes`);
    assert.equal(await sumOnHost(run), (await readJar(jar)).sha256);
    assert.match(run.log, /of the jar's 57\.3 MiB the host lacks \d+(\.\d)? KiB/i);
    await assertNothingLeft(target().host);
  });

  test('rebuilt with the times of all entries changed, at most 5 % travel, as plan has told', async () => {
    const jar = await buildFatJar({ version: '1.0.2', rebuilt: 2, time: new Date('2026-11-23T10:00:00Z') });
    const plan = await target().deploy('', { ...quick, jar, command: 'plan', comment: 'false' });
    assert.equal(plan.outputs.outcome, 'planned', plan.log);
    const run = await deploy(jar);
    assertDeployed(run, 'blue');
    assert.ok(sentBy(run) <= (await stat(jar)).size * 0.05, `${sentBy(run)} bytes`);
    assert.equal(JSON.parse(plan.outputs.result ?? '').hosts[0].plan.next.uploadBytes, sentBy(run));
  });

  test('where the host says that it has what it has not, all of it is sent in the same run, and the log says why', async () => {
    const jar = await jarOf('2.0.0');
    const { pieces, bytes } = await readJar(jar);
    const live = '/opt/shop/$(readlink /opt/shop/blue)/pieces';
    await target().host.sh(`printf '%s' '${piecesLine(pieces)}' >${live}`);
    const run = await deploy(jar);
    assertDeployed(run, 'green');
    assert.ok(sentBy(run) > bytes && sentBy(run) < bytes * 1.1, `${sentBy(run)} bytes`);
    assert.match(run.log, /the host could not make the jar of what it has \(.*sha256\): all of it is sent/);
    await assertNothingLeft(target().host);
  });

  test('a release without a list of its pieces gives nothing, as one that an older version sent', async () => {
    await target().host.sh('rm /opt/shop/releases/*/pieces');
    const jar = await jarOf('2.0.1');
    const run = await deploy(jar);
    assertDeployed(run, 'blue');
    assert.equal(sentBy(run), (await stat(jar)).size);
  });
});
