import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertDeployed, assertNothingLeft, describeOnHost } from './target.ts';

await describeOnHost('setup of a host that nginx and Java are on', {}, target => {
  test('it says what it will do and did, and the site answers 503 until the first deploy', async () => {
    const { deploy, host, url } = target();
    const run = await deploy('1', { command: 'setup' });
    assert.equal(run.outputs.outcome, 'set-up', run.log);
    const answer = await fetch(url);
    assert.equal(answer.status, 503);
    assert.equal(await answer.text(), 'No release of shop is live yet.\n');
    await assertNothingLeft(host);
  });

  test('a second time it changes nothing', async () => {
    const { deploy } = target();
    const run = await deploy('1', { command: 'setup' });
    assert.equal(run.outputs.outcome, 'unchanged', run.log);
  });

  test('deploys go on from there', async () => {
    const { deploy } = target();
    assertDeployed(await deploy('1'), 'blue');
    assertDeployed(await deploy('2'), 'green');
    const run = await deploy('1', { command: 'setup' });
    assert.equal(run.outputs.outcome, 'unchanged', run.log);
  });
});
