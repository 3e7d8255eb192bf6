import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const isRoot = process.getuid?.() === 0;
const rootOnly = { skip: !isRoot && 'NOT TESTED: needs root (chown)' };

const one = '20261121T101010Z-00000001';
const two = '20261122T101010Z-00000002';

const files = `app=shop home=$1 releases=$1/releases blue_port=8081 green_port=8082 site=include server_name=_ listen=80 release=${two}
  marker=$1/green-marker live_conf=$1/live.conf site_conf=$1/site.conf before=$1/before site_before=$1/site-before adopted=$1/adopted journal=$1/journal settings=$1/settings`;

/** A host on which blue was live before a switch to green; live.conf asks for the marker. */
function hostFolder(t: TestContext): string {
  const folder = temporaryFolder(t);
  for (const [color, release] of [
    ['blue', one],
    ['green', two],
  ]) {
    mkdirSync(join(folder, 'releases', `${release}`), { recursive: true });
    symlinkSync(`releases/${release}`, join(folder, `${color}`));
  }
  writeFileSync(join(folder, 'live.conf'), `if (-e ${join(folder, 'green-marker')}) {\n`);
  writeFileSync(join(folder, 'site.conf'), 'the groups\n');
  return folder;
}

/** What the decisions are made of, where systemd, nginx and the app cannot be asked: what each would say. */
const world = `nginx_accepts=true serves=green chosen='' proven='blue green' healthy=true verified=true
  nginx() { $nginx_accepts; }
  is_served_by() { [ "$serves" = "$1" ]; }
  knock() { door_proxied=\${chosen:-shop-$(live_color)}; }
  prove_release() { case " $proven " in *" $1 "*) ;; *) proof="nothing listens for $1"; return 1 ;; esac; }
  probe() { $healthy; }
  verify_front_door() { verdict='another answered'; $verified; }
  reload_nginx() { echo 'nginx was reloaded'; }
  drain_color() { echo "drained $1"; }
  stop_color() { echo "stopped $1"; }
  disarm_deadline() { echo disarmed; }
  judge_releases() { :; }`;

const given = 'given_parameters=$(printf "bake-time=0\\nconfirmed-by=host")';

interface Repaired {
  readonly said: readonly string[];
  readonly state: string;
  readonly why: string;
  readonly isGreenLive: boolean;
}

/** repair on a host whose switch stopped where `at` leaves it. */
function repaired(t: TestContext, shell: HostShell, at: string, settings = ''): Repaired {
  const folder = hostFolder(t);
  const script = `${files}; ${world}
    ${given}; keep_before; open_journal blue green
    ${at}
    ${settings}
    repair 'was not confirmed in time'`;
  const { status, stdout, stderr } = runHost(shell, script, [folder]);
  assert.deepEqual([status, stderr], [0, '']);
  const journal = readFileSync(join(folder, 'journal'), 'utf8');
  const fact = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(journal)?.[1] ?? '';
  return {
    said: stdout.split('\n').slice(0, -1),
    state: fact('state'),
    why: fact('why'),
    isGreenLive: existsSync(join(folder, 'green-marker')),
  };
}

const moved = 'put_marker green;';
const gone = ['disarmed', 'drained green', 'stopped green'];

for (const shell of shells) {
  const repair = (t: TestContext, at: string, settings = '') => repaired(t, shell, at, settings);

  test(
    `${shell.name}: what a switch replaces is put back as it was, and what it made is removed`,
    rootOnly,
    t => {
      const script = `${files}; keep_before
      put_marker green; echo new | put_file "$live_conf" 0644; rm "$site_conf"
      restore_before; echo "reload: $put_back_changed"`;
      const folder = hostFolder(t);
      const before = readFileSync(join(folder, 'live.conf'), 'utf8');
      assert.equal(runHost(shell, script, [folder]).stdout, 'reload: yes\n');
      assert.equal(readFileSync(join(folder, 'live.conf'), 'utf8'), before);
      assert.equal(readFileSync(join(folder, 'site.conf'), 'utf8'), 'the groups\n');
      const beside = ['before', 'blue', 'green', 'live.conf', 'releases', 'site.conf'];
      assert.deepEqual(readdirSync(folder), beside);
      const first = temporaryFolder(t);
      const made = `${files}; keep_before
      for one in "$marker" "$live_conf" "$site_conf"; do echo new | put_file "$one" 0644; done
      restore_before; echo "reload: $put_back_changed"; restore_before; echo "reload: $put_back_changed"`;
      assert.equal(runHost(shell, made, [first]).stdout, 'reload: yes\nreload: \n');
      assert.deepEqual(readdirSync(first), ['before']);
    },
  );

  test(`${shell.name}: the marker alone is put back without a reload, in both directions`, rootOnly, t => {
    const script = `${files}; $2 keep_before; $3 restore_before; echo "reload: $put_back_changed"
      if [ -e "$marker" ]; then echo green; else echo blue; fi`;
    const ended = (first: string, then: string) =>
      runHost(shell, script.replace('$2', first).replace('$3', then), [hostFolder(t)]).stdout;
    assert.equal(ended('', 'put_marker green;'), 'reload: \nblue\n');
    assert.equal(ended('put_marker green;', 'put_marker blue;'), 'reload: \ngreen\n');
    assert.equal(ended('put_marker green;', ''), 'reload: \ngreen\n');
  });

  test(`${shell.name}: what was kept of an earlier switch is not put back by a later one`, rootOnly, t => {
    const folder = hostFolder(t);
    const script = `${files}; put_marker green; keep_before; put_marker blue; keep_before; restore_before`;
    assert.equal(runHost(shell, script, [folder]).status, 0);
    assert.ok(!existsSync(join(folder, 'green-marker')));
  });

  test(`${shell.name}: a switch that was confirmed or taken back needs no repair`, rootOnly, t => {
    for (const state of ['switched', 'restored']) {
      const { said, isGreenLive, state: left } = repair(t, `${moved} turn_journal ${state}`);
      assert.deepEqual([said, isGreenLive, left], [[], true, state]);
    }
  });

  test(`${shell.name}: an open switch whose healthy release serves already is finished`, rootOnly, t => {
    const { said, state, why, isGreenLive } = repair(t, moved);
    const finished = `finished a switch that an earlier run left open: traffic goes to ${two} (green)`;
    assert.deepEqual([said, state, why, isGreenLive], [[finished, 'disarmed'], 'switched', '', true]);
  });

  test(
    `${shell.name}: an open switch that a bake or the runner was to confirm goes back, as does a sick one`,
    rootOnly,
    t => {
      const cases = [
        'healthy=false',
        'echo bake-time=5000 >"$settings"; echo confirmed-by=host >>"$settings"',
        'echo bake-time=0 >"$settings"; echo confirmed-by=runner >>"$settings"',
      ];
      for (const settings of cases) {
        const { said, state, why, isGreenLive } = repair(t, moved, settings);
        const told = `${two} was not confirmed in time; ${one} (blue) serves again`;
        assert.deepEqual([said, state, why], [[told, ...gone], 'restored', told], settings);
        assert.ok(!isGreenLive);
      }
    },
  );

  test(
    `${shell.name}: an open switch that got nowhere, or whose release does not serve, is taken back`,
    rootOnly,
    t => {
      const cases = [
        ['', ''],
        [moved, 'serves=blue'],
        [moved, "proven='blue'"],
        [moved, 'nginx_accepts=false'],
      ] as const;
      for (const [at, settings] of cases) {
        const { said, state, isGreenLive } = repair(t, at, settings);
        assert.deepEqual(said, ['took back a switch that an earlier run left open', ...gone], settings);
        assert.deepEqual([state, isGreenLive], ['restored', false]);
      }
    },
  );

  test(
    `${shell.name}: files that an open switch changed are read again by nginx, unless it refuses them`,
    rootOnly,
    t => {
      const changed = `echo other >"$live_conf"; ${moved}`;
      const read = ['nginx was reloaded', 'took back a switch that an earlier run left open', ...gone];
      assert.deepEqual(repair(t, changed, 'serves=none').said, read);
      assert.deepEqual(repair(t, changed, 'nginx_accepts=false').said, read.slice(1));
    },
  );

  test(
    `${shell.name}: a switch that was moved and never confirmed is taken back by the marker`,
    rootOnly,
    t => {
      for (const state of ['baking', 'baked']) {
        const { said, why, isGreenLive, ...left } = repair(t, `${moved} turn_journal ${state}`);
        const told = `${two} was not confirmed in time; ${one} (blue) serves again`;
        assert.deepEqual([said, left.state, why], [[told, ...gone], 'restored', told]);
        assert.ok(!isGreenLive);
      }
    },
  );

  test(
    `${shell.name}: one that was moved by a reload is taken back by its files and a reload`,
    rootOnly,
    t => {
      const byReload = (color: string) => `echo 'set $service_url http://shop-${color};' >"$live_conf";`;
      const at = `${byReload('blue')} keep_before; ${byReload('green')} turn_journal baked`;
      const { said, state } = repair(t, at);
      const told = `${two} was not confirmed in time; ${one} (blue) serves again`;
      assert.deepEqual([said, state], [['nginx was reloaded', told, ...gone], 'restored']);
    },
  );

  test(
    `${shell.name}: files that were put back by one that was killed before its reload are read by nginx all the same`,
    rootOnly,
    t => {
      const byReload = (color: string) => `echo 'set $service_url http://shop-${color};' >"$live_conf";`;
      for (const state of ['open', 'baked']) {
        const at = `${byReload('blue')} keep_before; turn_journal ${state}`;
        assert.equal(repair(t, at, 'chosen=shop-green').said[0], 'nginx was reloaded');
        assert.notEqual(repair(t, at, 'chosen=shop-blue').said[0], 'nginx was reloaded');
        const { said } = repair(t, at, 'chosen=127.0.0.1:8081');
        assert.notEqual(said[0], 'nginx was reloaded', 'a fixed proxy_pass is not mended by a reload');
      }
    },
  );

  test(
    `${shell.name}: while traffic is on its way back the journal is open, so that nobody confirms it`,
    rootOnly,
    t => {
      for (const state of ['baking', 'baked', 'switched']) {
        const at = `${moved} turn_journal ${state}`;
        const looked = 'verify_front_door() { echo "journal: $(journal_fact state)"; }';
        const back = `${looked}; take_traffic_back 'it was slow'`;
        const { said } = repair(t, at, back);
        assert.deepEqual(said, ['journal: open'], state);
      }
    },
  );

  test(
    `${shell.name}: where nothing else can serve, the unconfirmed release stays live and runs on`,
    rootOnly,
    t => {
      const first = repair(t, `${moved} open_journal '' green; turn_journal baking`);
      const none = `${two} was not confirmed in time; it stays live all the same, since there was no release before it`;
      assert.deepEqual([first.said, first.state, first.why], [[none, 'disarmed'], 'switched', none]);
      assert.ok(first.isGreenLive);
      const dead = repair(t, `${moved} turn_journal baked`, "proven='green'");
      const told = `${two} was not confirmed in time; it stays live all the same, since the release before it cannot serve (nothing listens for blue)`;
      assert.deepEqual([dead.said, dead.state, dead.isGreenLive], [[told, 'disarmed'], 'switched', true]);
    },
  );

  test(`${shell.name}: traffic that was moved back but is not seen there is told as such`, rootOnly, t => {
    const { state, why, isGreenLive } = repair(t, `${moved} turn_journal baking`, 'verified=false');
    const told = `${two} was not confirmed in time; the traffic was moved back to blue, but then another answered`;
    assert.deepEqual([state, why, isGreenLive], ['restored', told, false]);
  });
}
