import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HostShell, runHostBeside, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What happened on a host whose run holds the lock, with stages that only say that they begin and end. */
async function happen(folder: string, shell: HostShell, script: string): Promise<readonly string[]> {
  const { stdout, stderr, status } = await runHostBeside(
    shell,
    `home=$1 calls=$1/calls lock=$1/lock token_file=$1/token run=aaaa lease_token=7 patience_for_call=3000
    make_scratch() { scratch=$(mktemp -d "$home/scratch.XXXXXX"); trap 'leave "$?"' EXIT; }
    describe_traffic() { echo 'as before'; }
    note() { echo "$1" >>"$home/noted"; }
    stage_start() { note 'start begins'; sleep 0.3; note "start ends"; return "\${start_status:-0}"; }
    stage_switch() { note 'switch begins'; }
    stage_retire() { note 'retire begins'; }
    begin() { (stage=$1 after=$2 && call_stage) >"$home/said.$1" 2>&1 & }
    ended() { ended_status=0; wait "$1" || ended_status=$?; note "$2 ended with $ended_status"; }
    echo "7 aaaa" >"$token_file"
    exec 9>>"$lock"
    flock 9
    ${script}
    cat "$home/noted"`,
    [folder],
  );
  assert.deepEqual([status, stderr], [0, '']);
  return stdout.trim().split('\n');
}

const notBegun = 24;

for (const shell of shells) {
  const told = (name: string, script: string, expected: readonly string[]): void => {
    test(`${shell.name}: ${name}`, async t => {
      assert.deepEqual(await happen(temporaryFolder(t), shell, script), expected);
    });
  };

  told(
    'stages that are called ahead, in any order, begin one after the other',
    'begin retire switch; retire=$!; begin switch start; sleep 0.1; begin start ""; ended "$retire" retire',
    ['start begins', 'start ends', 'switch begins', 'retire begins', 'retire ended with 0'],
  );

  told(
    'one that follows a stage which fails is not begun, and may be called again with the same token',
    'start_status=17; begin start ""; start=$!; begin switch start; ended "$!" switch; ended "$start" start; grep -c "^@reason=link-lost" "$home/said.switch" >>"$home/noted"; begin switch ""; ended "$!" switch; begin switch ""; ended "$!" switch',
    [
      'start begins',
      'start ends',
      `switch ended with ${notBegun}`,
      'start ended with 17',
      '1',
      'switch begins',
      'switch ended with 0',
      `switch ended with ${notBegun}`,
    ],
  );

  told(
    'one that follows a stage which is killed is not begun',
    'begin start ""; start=$!; begin switch start; until grep -q begins "$home/noted" 2>/dev/null; do sleep 0.02; done; kill -9 "$(cat "$calls/7.start/pid")"; ended "$!" switch',
    ['start begins', `switch ended with ${notBegun}`],
  );

  told(
    'one that follows a stage which never comes ends when its run does, or has another token, or after a while',
    `begin switch start; switch=$!; sleep 0.2; echo "7 aaaa ended" >"$token_file"; ended "$switch" switch
    echo "8 aaaa" >"$token_file"; begin switch start; ended "$!" switch
    echo "7 aaaa" >"$token_file"; patience_for_call=200; begin switch start; ended "$!" switch`,
    Array.from({ length: 3 }, () => `switch ended with ${notBegun}`),
  );
}
