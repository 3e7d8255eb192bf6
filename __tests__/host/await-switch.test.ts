import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';

/** The exit status of await_switch where the journal's state is `open` for so many looks, then `state`. */
function awaited(
  shell: (typeof shells)[number],
  looks: number,
  state: string,
  release = 'one',
): number | null {
  const script = `release=one; seen=$(mktemp)
    journal_fact() {
      if [ "$1" = release ]; then echo ${release}; return; fi
      echo >>"$seen"
      if [ "$(wc -l <"$seen")" -le ${looks} ]; then echo open; else echo ${state}; fi
    }
    ended=0; await_switch || ended=$?; rm "$seen"; exit "$ended"`;
  return runHost(shell, script).status;
}

for (const shell of shells) {
  test(`${shell.name}: the watch sees the bake begin, whichever look at the journal it falls between`, () => {
    for (const looks of [0, 1, 2, 3, 4])
      assert.equal(awaited(shell, looks, 'baking'), 0, `after ${looks} looks`);
  });

  test(`${shell.name}: the watch does not wait for a switch that was taken back, confirmed, or is another's`, () => {
    assert.equal(awaited(shell, 2, 'restored'), 1);
    assert.equal(awaited(shell, 2, 'switched'), 1);
    assert.equal(awaited(shell, 2, 'baking', 'two'), 1);
  });
}
