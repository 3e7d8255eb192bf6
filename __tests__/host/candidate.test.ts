import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const isRoot = process.getuid?.() === 0;
const rootOnly = { skip: !isRoot && 'NOT TESTED: needs root (chown)' };

const release = '20261122T101010Z-00000002';
const newer = '20261123T101010Z-00000003';

/** What is said and whether the candidate's record is left, after a run that started `release` on green is gone. */
function afterRun(
  t: TestContext,
  shell: HostShell,
  world: string,
): { readonly said: string; readonly isNoted: boolean } {
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'releases', release), { recursive: true });
  symlinkSync(`releases/${release}`, join(home, 'green'));
  const script = `app=shop home=$1 releases=$1/releases candidate=$1/candidate color=green release=${release}
    live_color() { echo blue; }
    prove_release() { proof='nothing listens on port 8081'; [ "$1" != "\${dead:-}" ]; }
    stop_color() { echo "stopped $1"; }
    note_candidate
    ${world}
    stop_left_candidate "since its run is gone"`;
  const { status, stdout, stderr } = runHost(shell, script, [home]);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return { said: stdout, isNoted: existsSync(join(home, 'candidate')) };
}

for (const shell of shells) {
  test(`${shell.name}: a candidate that a run left is stopped, said and forgotten`, rootOnly, t => {
    const { said, isNoted } = afterRun(t, shell, '');
    assert.match(
      said,
      /^stopped green\nstopped 2\S+ \(green\), which was started and not switched to, since its run is gone\n$/,
    );
    assert.equal(isNoted, false);
  });

  test(`${shell.name}: it is left running while the live color cannot serve`, rootOnly, t => {
    const { said, isNoted } = afterRun(t, shell, 'dead=blue');
    assert.match(said, /it is left running, since blue cannot serve: nothing listens on port 8081/);
    assert.doesNotMatch(said, /^stopped/);
    assert.equal(isNoted, true);
  });

  test(
    `${shell.name}: one that is live by now, and a color that has another release by now, are not stopped`,
    rootOnly,
    t => {
      for (const world of ['live_color() { echo green; }', `ln -sfn releases/${newer} "$home/green"`]) {
        const { said, isNoted } = afterRun(t, shell, world);
        assert.equal(said, '');
        assert.equal(isNoted, false);
      }
    },
  );
}
