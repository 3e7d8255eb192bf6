import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const rootOnly = { skip: process.getuid?.() !== 0 && 'NOT TESTED: needs root (chown)' };

const files = `app=shop; lay_out; home=$1 adopted=$1/adopted scratch=$1 live_conf=$1/live.conf site_conf=$1/site.conf
  blue_port=8081 green_port=8082 jar_user=root jar_folder=/srv jar_file=/srv/old.jar
  port_listeners() { echo "$holder"; }
  sleep 60 >/dev/null 2>&1 & jar_pid=$!
  holder=$jar_pid
  put_adopted blue`;

function run(t: TestContext, shell: HostShell, script: string): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'releases'));
  const { status, stdout, stderr } = runHost(shell, `${files}\n${script}\nkill "$jar_pid" 2>/dev/null || :`, [
    folder,
  ]);
  assert.deepEqual([status, stderr], [0, '']);
  return stdout;
}

for (const shell of shells) {
  test(`${shell.name}: an adopted jar has the place of a release until one is there`, rootOnly, t => {
    const told = run(
      t,
      shell,
      `name_of blue; echo "[$(name_of green)] $(is_up blue && echo up)"; [ "$(process_of blue)" = "$jar_pid" ] && echo same
       ln -s releases/20261122T214500Z-0a1b2c3d "$home/blue"; name_of blue`,
    );
    assert.equal(told, 'the adopted jar old.jar\n[] up\nsame\n20261122T214500Z-0a1b2c3d\n');
  });

  test(`${shell.name}: it is proved by its process, not by a number that another has by now`, rootOnly, t => {
    const told = run(
      t,
      shell,
      `tell_proof() { status=0; prove_release blue || status=$?; echo "$status $proof" | sed "s/$jar_pid/PID/g"; }
       tell_proof
       sed 's/^start=.*/start=1/' "$adopted/blue" >"$1/other" && mv "$1/other" "$adopted/blue"; tell_proof; process_of blue
       holder=''; tell_proof`,
    );
    assert.deepEqual(told.split('\n').slice(0, -1), [
      '0 port 8081, process PID of the adopted jar old.jar',
      '1 port 8081 (blue) is held by process PID (sleep 60 ), not by process PID of the adopted jar old.jar',
      '0',
      '2 nothing listens on port 8081 (blue), which the adopted jar old.jar had',
    ]);
  });

  test(`${shell.name}: its end is its very process's, and it is forgotten only then`, rootOnly, t => {
    const told = run(
      t,
      shell,
      `live_color() { echo green; }
       remove_file() { if kill -0 "$jar_pid" 2>/dev/null && [ -n "$(start_of "$jar_pid")" ]; then echo 'forgotten while it runs'; fi; rm -f "$1"; }
       port_listeners() { :; }
       end_adopted blue | sed "s/$jar_pid/PID/"; ls "$adopted"`,
    );
    assert.equal(told, 'ended process PID of the adopted jar old.jar (blue), which was there before\n');
  });

  test(`${shell.name}: the live one is never ended, nor another process of its number`, rootOnly, t => {
    const told = run(
      t,
      shell,
      `live_color() { echo blue; }
       end_adopted blue || echo refused
       live_color() { echo green; }
       sed 's/^start=.*/start=1/' "$adopted/blue" >"$1/other" && mv "$1/other" "$adopted/blue"
       end_adopted blue
       kill -0 "$jar_pid" && echo 'it runs'`,
    );
    assert.match(
      told,
      /^refused\n@finding=port 8081 \(blue\) is held again, by process \d+ \(sleep 60 \)[^\n]*\nit runs\n$/,
    );
  });
}
