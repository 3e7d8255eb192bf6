import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isOlder, type Kinship, kinshipOf } from '../../src/commands/commit-order.ts';
import type { Origin } from '../../src/commands/provenance.ts';
import { madeProvenance } from './made-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'bluegreen-git-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-C', folder, ...who, ...words], { encoding: 'utf8', stdio: 'pipe' }).trim();
const runGit = async (words: readonly string[]): Promise<number | undefined> =>
  spawnSync('git', ['-C', folder, ...words]).status ?? undefined;

git('init', '-q', '-b', 'main');
const commit = (text: string): string => {
  git('commit', '-q', '--allow-empty', '-m', text);
  return git('rev-parse', 'HEAD');
};
const first = commit('first');
const second = commit('second');
git('checkout', '-q', '-b', 'rewritten', first);
const other = commit('instead of the second');

test('git tells which of two commits comes before the other, and nothing of two that went apart', async () => {
  assert.equal(await kinshipOf(runGit, first, second), 'before');
  assert.equal(await kinshipOf(runGit, second, first), 'after');
  assert.equal(await kinshipOf(runGit, second, other), 'unknown');
});

test('no git, no history and no commit are not an error', async () => {
  const absent = 'a'.repeat(40);
  assert.equal(await kinshipOf(runGit, first, absent), 'unknown');
  assert.equal(await kinshipOf(async () => undefined, first, second), 'unknown');
  const asked: (readonly string[])[] = [];
  const recording = async (words: readonly string[]) => asked.push(words) - 1;
  for (const text of ['', '--exec=sh', 'HEAD', `${first}\n`])
    assert.equal(await kinshipOf(recording, first, text), 'unknown');
  assert.deepEqual(asked, [], 'git is asked of whole hashes alone');
});

const live: Origin = madeProvenance;
const isOlderWith = (
  changes: Partial<Origin>,
  kinship: Kinship = 'unknown',
  beside: Origin = live,
): boolean => isOlder({ ...live, commit: 'b'.repeat(40), ...changes }, beside, kinship);

test('what git knows of a branch counts more than the order of the runs', () => {
  assert.equal(isOlderWith({ runNumber: '9', runId: '1009' }, 'before'), true);
  assert.equal(isOlderWith({ runNumber: '5', runId: '1005' }, 'after'), false);
});

test('without git the runs of one workflow are told by their numbers, those of two by their ids', () => {
  const cases: readonly (readonly [Partial<Origin>, boolean])[] = [
    [{ runNumber: '6', runId: '2000' }, true],
    [{ runNumber: '8', runId: '1' }, false],
    [{ runNumber: '10', runId: '1' }, false],
    [{ workflow: 'hotfix.yml', runNumber: '1', runId: '1008' }, false],
    [{ workflow: 'hotfix.yml', runNumber: '99', runId: '999' }, true],
    [{ runNumber: '', runId: '999' }, false],
    [{ workflow: '', runNumber: '99', runId: '999' }, true],
  ];
  for (const [changes, expected] of cases)
    assert.equal(isOlderWith(changes), expected, JSON.stringify(changes));
});

test('a run is not older than itself', () => {
  assert.equal(isOlderWith({}), false);
});

test('of two tags only the runs tell: a fix of an old version may be tagged last', () => {
  const tag = { ...live, ref: 'refs/tags/v2.0.0' };
  assert.equal(isOlderWith({ ref: 'refs/tags/v1.0.1', runNumber: '8' }, 'before', tag), false);
  assert.equal(isOlderWith({ ref: 'refs/tags/v1.9.0', runNumber: '6' }, 'unknown', tag), true);
});
