import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const isRoot = process.getuid?.() === 0;
const rootOnly = { skip: !isRoot && 'NOT TESTED: needs root (chown)' };

const files = 'journal=$1/journal settings=$1/settings before=$1/before release=20261122T214500Z-0a1b2c3d';

const awkward = (folder: string): Readonly<Record<string, string>> => ({
  holder: `it's "quoted" \`touch ${folder}/made\``,
  java: '-n',
  'health-path': `/a?b=$(touch ${folder}/made)&c=\${HOME}&d=$HOME;e=#f`,
  'warm-up-paths': '/* /? /[a-z] ~ ../..',
  'server-name': '  two blanks  before, between  and after  ',
  'tls-certificate': '/etc/ssl/back\\slash\\n\\t\\0.pem\\',
  'tls-key': '\ta tab\t',
  'max-body-size': '%s%d%%',
  'proxy-timeout': '-e',
  'front-host': '=equals=signs=',
  switch: 'ünï',
  site: '',
});

const variables =
  'holder java health_path warm_up_paths server_name tls_certificate tls_key max_body_size proxy_timeout front_host switch_mode site';

for (const shell of shells) {
  test(`${shell.name}: a switch is unconfirmed from its beginning until it is confirmed or taken back`, t => {
    const script = `${files}
      for one in '' open baking baked switched restored openly; do
        echo "state=$one" >"$journal"
        if is_unconfirmed; then echo "$one"; fi
      done
      rm "$journal"; if is_unconfirmed; then echo 'no journal'; fi`;
    const { status, stdout } = runHost(shell, script, [temporaryFolder(t)]);
    assert.deepEqual([status, stdout], [0, 'open\nbaking\nbaked\n']);
  });

  test(`${shell.name}: the journal keeps its facts through every state, and one reason`, rootOnly, t => {
    const folder = temporaryFolder(t);
    const script = `${files} bake_time=5000 switched_at=1764000000000 rollback_reason='it failed'
      uptime_ms() { echo 70000; }
      show() { cat "$journal"; echo; }
      open_journal '' green; show
      begin_bake; show
      turn_journal baked; show
      turn_journal restored 'it did 50% worse: a=b & "c" \\1 */'; show
      turn_journal switched 'said again'; show
      journal_fact why; journal_fact from; journal_fact nothing`;
    const { status, stdout, stderr } = runHost(shell, script, [folder]);
    assert.deepEqual([status, stderr], [0, '']);
    const facts =
      'left-why=it failed\nfrom=none\nto=green\nrelease=20261122T214500Z-0a1b2c3d\nswitched-at=1764000000000\n';
    assert.deepEqual(stdout.split('\n\n'), [
      `state=open\n${facts}`.trimEnd(),
      `state=baking\n${facts}bake-until=75000`,
      `state=baked\n${facts}bake-until=75000\nwhy=`,
      `state=restored\n${facts}bake-until=75000\nwhy=it did 50% worse: a=b & "c" \\1 */`,
      `state=switched\n${facts}bake-until=75000\nwhy=said again`,
      'said again\nnone\n',
    ]);
    assert.deepEqual(readdirSync(folder), ['journal', 'settings']);
    assert.equal(statSync(join(folder, 'settings')).mode & 0o777, 0o600);
  });

  test(
    `${shell.name}: the settings of a switch come back exactly as they were given, and nothing of them is run`,
    rootOnly,
    t => {
      const folder = temporaryFolder(t);
      const values = awkward(folder);
      const numbers = [
        'app=shop-1',
        'color=green',
        'blue-port=8081',
        'bake-time=1500',
        'confirmed-by=runner',
      ];
      const words = [...numbers, ...Object.entries(values).map(([key, value]) => `${key}=${value}`)];
      const open = `${files}; home=$1; shift; read_parameters "$@"; switched_at=1764000000123; open_journal blue green`;
      const opened = runHost(shell, open, [folder, ...words]);
      assert.deepEqual([opened.status, opened.stdout, opened.stderr], [0, '', '']);
      const load = `${files}; home=$1; cd "$1"; load_settings
      printf '%s\\n' "$app" "$color" "$blue_port" "$bake_time" "$confirmed_by" "$switched_at"
      for name in ${variables}; do eval "printf '%s|\\n' \\"\\$$name\\""; done
      printf '%s\\n' "$given_parameters" | cmp - "$settings"`;
      const loaded = runHost(shell, load, [folder]);
      assert.deepEqual([loaded.status, loaded.stderr], [0, '']);
      assert.equal(
        loaded.stdout,
        `shop-1\ngreen\n8081\n1500\nrunner\n1764000000123\n${Object.values(values)
          .map(value => `${value}|\n`)
          .join('')}`,
      );
      assert.ok(!existsSync(join(folder, 'made')));
      assert.equal(readFileSync(join(folder, 'settings'), 'utf8'), words.map(word => `${word}\n`).join(''));
    },
  );

  test(`${shell.name}: settings that name what this program does not know are refused, not half used`, t => {
    const folder = temporaryFolder(t);
    const script = `${files}; printf 'app=shop\\nfrom-the-future=1\\n' >"$settings"; echo state=open >"$journal"
      load_settings; echo loaded`;
    const { status, stdout } = runHost(shell, script, [folder]);
    assert.equal(status, 23);
    assert.match(stdout, /@reason=input-invalid\n@message=[^\n]*'from-the-future'/);
    assert.doesNotMatch(stdout, /^loaded/m);
  });
}
