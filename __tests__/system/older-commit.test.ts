import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ActionRun } from '../../sandbox/runner.ts';
import {
  assertDeployed,
  assertNothingLeft,
  assertRefused,
  describeOnHost,
  type Inputs,
  underLoad,
} from './target.ts';
import { versionAt } from './unconfirmed.ts';

/** A run of the one workflow that deploys main, by its number. */
const runOf = (number: number, commit = String(number).padEnd(40, '0')): Inputs => ({
  GITHUB_SHA: commit,
  GITHUB_RUN_ID: String(1000 + number),
  GITHUB_RUN_NUMBER: String(number),
});

const lateAt = (stage: 'inspect', says: RegExp) =>
  ({ stage, reason: 'older-commit', outcome: 'refused', says }) as const;

const warningsOf = (run: ActionRun): string =>
  run.lines.filter(line => line.startsWith('::warning')).join('\n');

const folder = mkdtempSync(join(tmpdir(), 'bluegreen-workspace-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A workspace with history: two commits, the older one first. */
function makeHistory(): readonly [string, string] {
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], {
      encoding: 'utf8',
    }).trim();
  git('init', '-q');
  const commit = (): string => {
    git('commit', '-q', '--allow-empty', '-m', 'a change');
    return git('rev-parse', 'HEAD');
  };
  return [commit(), commit()];
}

await describeOnHost('a run that a newer one overtook', {}, target => {
  test('it waits for the newer one’s lock, and is refused before anything is sent; no request is lost', async () => {
    const { deploy, host, url } = target();
    assertDeployed(await deploy('1', {}, { env: runOf(1) }), 'blue');
    const [[newer, older], load] = await underLoad(url, async () => {
      const first = deploy('3', { env: 'SAMPLE_START_DELAY_MS=3000' }, { env: runOf(3) });
      await host.sh('until [ -e /opt/shop/state/lease ]; do sleep 0.1; done');
      return await Promise.all([first, deploy('2', {}, { env: runOf(2) })]);
    });
    assertDeployed(newer, 'green');
    assert.match(older.log, /waiting for the lock, held by sample\/shop by octocat, \S+\/runs\/1003/);
    assertRefused(
      older,
      lateAt(
        'inspect',
        /Commit 20000000 of refs\/heads\/main \(\S+\/runs\/1002\) is older than commit 30000000 \(\S+\/runs\/1003\), which is live as \S+-[0-9a-f]{8}: its run was started before that one\. This run waited for the lock behind it\./,
      ),
    );
    assert.equal(older.outputs['uploaded-bytes'], '0');
    assert.equal(older.outputs.release, newer.outputs.release);
    assert.equal(load.failed, 0, JSON.stringify(load.samples));
    assert.equal(await versionAt(target()), '3');
    await assertNothingLeft(host);
  });

  test('with older-commit: warn, and when a person starts it, it deploys with a warning', async () => {
    const { deploy } = target();
    const warned = await deploy('2', { 'older-commit': 'warn' }, { env: runOf(2) });
    assertDeployed(warned, 'blue');
    assert.match(warningsOf(warned), /Commit 20000000 .* is older than commit 30000000 .*all the same/);
    assertDeployed(await deploy('3', {}, { env: runOf(3) }), 'green');
    const again = await deploy('2', {}, { env: { ...runOf(2), GITHUB_RUN_ATTEMPT: '2' } });
    assertDeployed(again, 'blue');
    assert.match(warningsOf(again), /a person started this run/);
  });

  test('another branch, the same run, and a run outside GitHub deploy as ever, without a warning', async () => {
    const { deploy } = target();
    assertDeployed(await deploy('4', {}, { env: runOf(9) }), 'green');
    const other = await deploy('5', {}, { env: { ...runOf(8), GITHUB_REF: 'refs/heads/hotfix' } });
    const same = await deploy('4', {}, { env: { ...runOf(8), GITHUB_REF: 'refs/heads/hotfix' } });
    const outside = await deploy('5', {}, { env: { GITHUB_SHA: '', GITHUB_REF: '', GITHUB_RUN_ID: '' } });
    for (const [run, color] of [
      [other, 'blue'],
      [same, 'green'],
      [outside, 'blue'],
    ] as const) {
      assertDeployed(run, color);
      assert.equal(warningsOf(run), '');
    }
  });

  test('where the workspace has the history, git decides', async () => {
    const { deploy } = target();
    const [older, newer] = makeHistory();
    assertDeployed(await deploy('6', {}, { env: runOf(20, newer) }), 'green');
    const late = await deploy('7', {}, { env: runOf(21, older), workspace: folder });
    assertRefused(late, lateAt('inspect', /which is live as \S+: it comes before it in git/));
    assertDeployed(await deploy('7', {}, { env: runOf(20, older) }), 'blue');
    assertDeployed(await deploy('6', {}, { env: runOf(19, newer), workspace: folder }), 'green');
  });

  test('a run that the end of another started is as old as that one', async () => {
    const { deploy, host } = target();
    const payload = join(folder, 'event.json');
    const startedBy = (number: number): Inputs => {
      const workflowRun = {
        id: 1000 + number,
        run_number: number,
        path: '.github/workflows/ci.yml',
        head_branch: 'main',
        head_sha: String(number).padEnd(40, '0'),
      };
      execFileSync('tee', [payload], { input: JSON.stringify({ workflow_run: workflowRun }) });
      return { GITHUB_EVENT_NAME: 'workflow_run', GITHUB_EVENT_PATH: payload };
    };
    assertDeployed(await deploy('8', {}, { env: { ...runOf(30), ...startedBy(25) } }), 'blue');
    const late = await deploy('9', {}, { env: { ...runOf(31), ...startedBy(24) } });
    assertRefused(late, lateAt('inspect', /Commit 24000000 of refs\/heads\/main/));
    assert.equal(await versionAt(target()), '8');
    await assertNothingLeft(host);
  });
});
