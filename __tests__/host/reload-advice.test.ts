import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { debianMain, dump } from './nginx-dumps.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What a host has: its nginx by number, its configuration by file, our live.conf, old workers. */
interface Host {
  readonly version?: number;
  readonly files: Readonly<Record<string, string>>;
  readonly live?: string;
  readonly leaving?: number;
}

const current = 1_030_006;

/** Reads the configuration as the host program does, then runs `what`. The host's parts beyond it are told by `host`. */
function ask(t: TestContext, shell: HostShell, host: Host, what: string): string {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'dump'), dump(host.files));
  writeFileSync(join(folder, 'live.conf'), host.live ?? '');
  const script = `
    live_conf=/etc/nginx/bluegreen/shop/live.conf nginx_facts=$1/facts
    awk -v live="$live_conf" -v site=/etc/nginx/conf.d/bluegreen-shop.conf -v giving_way= "$(nginx_config_reader)" "$1/dump" >"$nginx_facts"
    live_conf=$1/live.conf
    nginx_version_number() { echo ${host.version ?? current}; }
    nginx_version() { echo 1.x; }
    leaving_workers() { echo ${host.leaving ?? 0}; }
    ${what}`;
  const { status, stdout, stderr } = runHost(shell, script, [folder]);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout;
}

const main = '/etc/nginx/nginx.conf';
const include = 'include /etc/nginx/bluegreen/shop/live.conf;';
const ours = 'keepalive_min_timeout 5s;\n';
const stock = (http = '', server = '', before = ''): Host['files'] => ({
  [main]: `${before}${debianMain.replace('gzip on;', `gzip on;\n${http}`)}`,
  '/etc/nginx/conf.d/bluegreen-shop.conf': `server { listen 80; ${include} ${server} location / { proxy_pass $service_url; } }`,
  '/etc/nginx/bluegreen/shop/live.conf': ours,
});

for (const shell of shells) {
  const advice = (t: TestContext, host: Host) =>
    ask(t, shell, host, 'reload_advice').split('\n').slice(0, -1);
  const setting = (t: TestContext, host: Host) => ask(t, shell, host, 'keepalive_min_text');

  test(`${shell.name}: an nginx that has our keepalive_min_timeout needs no advice`, t => {
    assert.deepEqual(advice(t, { files: stock(), live: ours }), []);
  });

  test(`${shell.name}: an nginx without the directive is told what a reload closes, and gets no setting`, t => {
    for (const version of [1_022_001, 1_026_003, 1_027_003]) {
      const [first = '', ...others] = advice(t, { version, files: stock('keepalive_timeout 65;') });
      assert.match(first, /no keepalive_min_timeout: a reload closes .*\(keepalive_timeout 65\)/);
      assert.match(first, /Use switch: instant, or nginx 1\.27\.4 or newer/);
      assert.deepEqual(others, []);
      assert.equal(setting(t, { version, files: stock() }), '');
    }
    assert.match(advice(t, { version: 1_022_001, files: stock() }).join(), /keepalive_timeout 75s/);
    const nearer = stock('keepalive_timeout 65;', 'keepalive_timeout 20s 15s;');
    assert.match(advice(t, { version: 1_022_001, files: nearer }).join(), /keepalive_timeout 20s\)/);
  });

  test(`${shell.name}: where nothing is kept alive, a reload closes nothing`, t => {
    assert.deepEqual(advice(t, { version: 1_022_001, files: stock('keepalive_timeout 0;') }), []);
    assert.deepEqual(advice(t, { version: 1_022_001, files: stock('', 'keepalive_timeout 0s;') }), []);
  });

  test(`${shell.name}: before our setting is there, the first reload is told apart`, t => {
    const [first = '', ...others] = advice(t, { files: stock() });
    assert.match(
      first,
      /no keepalive_min_timeout in force yet.*sets it to 5s, which helps from the next reload on/,
    );
    assert.deepEqual(others, []);
    assert.equal(setting(t, { files: stock() }), ours);
    assert.equal(setting(t, { version: 1_027_004, files: stock() }), ours);
  });

  test(`${shell.name}: a value of the user's own is kept, wherever it stands, and judged`, t => {
    const places: readonly Host['files'][] = [
      stock('keepalive_min_timeout 10s;'),
      stock('', 'keepalive_min_timeout 10s;'),
      {
        ...stock('', 'include snippets/keep.conf;'),
        '/etc/nginx/snippets/keep.conf': 'keepalive_min_timeout 10s;',
      },
    ];
    for (const files of places) {
      assert.equal(setting(t, { files }), '');
      assert.deepEqual(advice(t, { files }), []);
    }
    for (const short of ['0', '0s', '300ms']) {
      const files = stock(`keepalive_min_timeout ${short};`);
      assert.equal(setting(t, { files }), '');
      const [first = ''] = advice(t, { files });
      assert.match(first, /is too short: .* Set it to 5s, or take it out/);
      assert.ok(first.startsWith(`keepalive_min_timeout ${short} in`));
    }
  });

  test(`${shell.name}: a value in a server block of others is not ours`, t => {
    const files = {
      ...stock(),
      '/etc/nginx/sites-enabled/other':
        'server { listen 81; keepalive_min_timeout 1s; keepalive_timeout 0; }',
    };
    assert.equal(setting(t, { files }), ours);
    assert.equal(advice(t, { version: 1_022_001, files }).length, 1);
  });

  test(`${shell.name}: worker_shutdown_timeout and old workers that stay are told`, t => {
    const files = stock('', '', 'worker_shutdown_timeout 10s;\n');
    const [cut = '', stay = '', ...others] = advice(t, { files, live: ours, leaving: 2 });
    assert.match(cut, /^worker_shutdown_timeout 10s cuts .* WebSockets\. Take it out/);
    assert.match(stay, /still alive from earlier reloads: 2\. .* switch: instant/);
    assert.deepEqual(others, []);
  });

  test(`${shell.name}: after a reload, new connections are made for every worker`, () => {
    const knocks = (workers: number, reloads: number): string =>
      runHost(shell, `nginx_workers() { seq ${workers}; }; enough_knocks ${reloads}`).stdout.trim();
    assert.deepEqual(
      [knocks(64, 0), knocks(1, 1), knocks(5, 1), knocks(16, 2), knocks(128, 1)],
      ['3', '10', '10', '32', '60'],
    );
  });

  test(`${shell.name}: times of nginx in ms`, () => {
    const times: readonly (readonly [string, string])[] = [
      ['75', '75000'],
      ['0', '0'],
      ['500ms', '500'],
      ['1m30s', '90000'],
      ['1h 5s', '3605000'],
      ['2d', '172800000'],
    ];
    for (const [text, ms] of times) {
      const { stdout } = runHost(shell, 'nginx_time_ms "$1"', [text]);
      assert.equal(stdout, ms, text);
    }
  });
}
