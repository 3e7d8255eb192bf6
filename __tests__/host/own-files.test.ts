import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const rootOnly = { skip: process.getuid?.() !== 0 && 'NOT TESTED: needs root (chown)' };

const files = `app=shop; lay_out; home=$1 scratch=$1/scratch written=$1/written replaced=$1/replaced launcher=$1/launch
  live_conf=$1/live.conf site_conf=$1/site.conf unit_file=$1/unit guard_file=$1/guard
  unit_property() { :; }`;

function run(t: TestContext, shell: HostShell, script: string): { stdout: string; folder: string } {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'scratch'));
  const { status, stdout, stderr } = runHost(shell, `${files}\n${script}`, [folder]);
  assert.deepEqual([status, stderr], [0, '']);
  return { stdout, folder };
}

for (const shell of shells) {
  test(
    `${shell.name}: what we wrote, now or before, is no edit; anything else is, also a file that is gone`,
    rootOnly,
    t => {
      const told = run(
        t,
        shell,
        `say_edited() { if is_edited "$live_conf"; then echo "$1: edited"; else echo "$1: ours"; fi; }
      echo stranger >"$live_conf"; say_edited 'never written'
      echo one | put_own "$live_conf" 0644; say_edited written
      echo two | put_own "$live_conf" 0644; say_edited 'written again'
      echo one >"$live_conf"; say_edited 'taken back'
      echo three >"$live_conf"; say_edited 'by hand'
      rm "$live_conf"; say_edited removed
      echo other | put_own "$site_conf" 0644; echo two >"$live_conf"; say_edited 'beside another'`,
      ).stdout;
      const expected = [
        'never written: ours',
        'written: ours',
        'written again: ours',
        'taken back: ours',
        'by hand: edited',
        'removed: edited',
        'beside another: ours',
      ];
      assert.deepEqual(told.trim().split('\n'), expected);
    },
  );

  test(`${shell.name}: an edited file is copied once before it is replaced, ours is not`, rootOnly, t => {
    const { stdout, folder } = run(
      t,
      shell,
      `echo one | put_own "$live_conf" 0644; echo two | put_own "$live_conf" 0644
      [ ! -e "$replaced" ]
      for time in 1 2; do echo "by hand" >"$live_conf"; echo three | put_own "$live_conf" 0644; done`,
    );
    const [copy = '', ...more] = readdirSync(join(folder, 'replaced'));
    assert.deepEqual(more, []);
    assert.match(copy, /^live\.conf\.\d{8}T\d{6}Z$/);
    assert.equal(readFileSync(join(folder, 'replaced', copy), 'utf8'), 'by hand\n');
    assert.equal(readFileSync(join(folder, 'live.conf'), 'utf8'), 'three\n');
    const told = `@mended=${folder}/live.conf was edited by hand; it was replaced, and what it said is in ${folder}/replaced/${copy}\n`;
    assert.equal(stdout, told.repeat(2));
  });

  test(`${shell.name}: what is remembered does not grow without end`, rootOnly, t => {
    const { folder } = run(
      t,
      shell,
      'for n in 1 2 3 4 5 6 7 8; do echo "$n" | put_own "$live_conf" 0644; echo "$n" | put_own "$unit_file" 0644; done',
    );
    assert.equal(readFileSync(join(folder, 'written'), 'utf8').trim().split('\n').length, 10);
  });

  test(
    `${shell.name}: nginx's files of a first switch that was taken back were not removed by a hand`,
    rootOnly,
    t => {
      const { stdout } = run(
        t,
        shell,
        `journal=$1/journal
      for file in "$live_conf" "$site_conf"; do echo one | put_own "$file" 0644; rm "$file"; done
      printf 'state=restored\nfrom=none\n' >"$journal"; name_edits
      printf 'state=switched\nfrom=none\n' >"$journal"; name_edits`,
      );
      assert.match(stdout, /^(@drift=\S+\.conf was removed by hand\n){2}$/);
    },
  );
}
