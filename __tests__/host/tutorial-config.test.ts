import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { dump } from './nginx-dumps.ts';
import { temporaryFolder } from './temporary-folder.ts';

const script = `scratch=$1 live_conf=/etc/nginx/bluegreen/shop/live.conf site=$2
  read_tutorial_config; cat "$tutorial_facts"; echo --; [ -z "$3" ] || taken_text "$3"`;

interface Read {
  readonly facts: readonly string[];
  /** What the file will say; undefined where that was refused. */
  readonly taken: string | undefined;
}

/** What is read from a dump of these files, and what becomes of one of them. */
function read(
  t: TestContext,
  shell: HostShell,
  files: Readonly<Record<string, string>>,
  { site = 'include', taken = '' } = {},
): Read {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'host'));
  const there = Object.fromEntries(
    Object.entries(files).map(([path, text]) => {
      const place = join(folder, 'host', path.slice(1).replaceAll('/', '-'));
      writeFileSync(place, `${text}\n`);
      return [path, place] as const;
    }),
  );
  const place = there[taken] ?? '';
  const text = dump(files).replace(`configuration file ${taken}:`, `configuration file ${place}:`);
  writeFileSync(join(folder, 'nginx-dump'), taken === '' ? dump(files) : text);
  const { status, stdout, stderr } = runHost(shell, script, [folder, site, place]);
  assert.equal(stderr, '');
  const [facts = '', changed = ''] = stdout.split('--\n');
  return { facts: facts.split('\n').slice(0, -1), taken: status === 0 ? changed : undefined };
}

const fixture = readFileSync(new URL('../system/tutorial/nginx.conf', import.meta.url), 'utf8').trimEnd();
const main = '/etc/nginx/nginx.conf';
const inc = '/etc/nginx/conf.d/service-url.inc';
const url = 'set $service_url http://127.0.0.1:8081;';
const proxied = 'location / { proxy_pass $service_url; }';
const http = (server: string): Readonly<Record<string, string>> => ({
  [main]: `http {\nserver {\nlisten 80;\n${server}\n}\n}`,
});

for (const shell of shells) {
  test(`${shell.name}: the tutorial's server block is found, with the file that names the port`, t => {
    const { facts } = read(t, shell, { [main]: fixture, [inc]: url });
    assert.deepEqual(facts, [
      'url http://127.0.0.1:8081',
      `source ${inc}`,
      'listen 80',
      'listen [::]:80',
      'name _',
      'path /',
      `proxy ${main}|37`,
      `block ${main}|25|50`,
      `exchange ${main}|34|include|${inc}`,
    ]);
  });

  test(`${shell.name}: so is one that sets the port itself; one that includes us, or passes requests elsewhere, is none`, t => {
    assert.ok(
      read(t, shell, http(`${url}\n${proxied}`)).facts.includes(`exchange ${main}|4|set|$service_url`),
    );
    for (const other of [
      `${url}\ninclude /etc/nginx/bluegreen/shop/live.conf;\n${proxied}`,
      `set $service_url http://app.internal:8081;\n${proxied}`,
      `${url}\nlocation / { proxy_pass http://127.0.0.1:8081; }`,
      `set $other http://127.0.0.1:8081;\n${proxied}`,
    ]) {
      assert.deepEqual(read(t, shell, http(other)).facts, [], other);
    }
  });

  test(`${shell.name}: what a server block does beside passing requests on is told with its line`, t => {
    const extras = (server: string): readonly string[] =>
      read(t, shell, http(`${url}\n${server}`)).facts.filter(one => one.startsWith('extra'));
    assert.deepEqual(extras(`server_name a b;\nroot /srv;\nerror_page 404 /404.html;\n${proxied}`), []);
    assert.deepEqual(extras(`${proxied}\nlocation /files { root /srv; }`), [
      `extra ${main}:6 location /files`,
    ]);
    assert.deepEqual(extras(`listen 443 ssl;\n${proxied}`), [`extra ${main}:5 listen 443 ssl`]);
    assert.deepEqual(extras(`${proxied}\nif ($x) { return 403; }`), [
      `extra ${main}:6 if ($x)`,
      `extra ${main}:6 return 403`,
    ]);
    const withSnippet = { ...http(`${url}\ninclude /etc/nginx/default.d/*.conf;\n${proxied}`) };
    assert.deepEqual(
      read(t, shell, withSnippet).facts.filter(one => one.startsWith('extra')),
      [],
    );
    assert.deepEqual(
      read(t, shell, { ...withSnippet, '/etc/nginx/default.d/php.conf': 'gzip on;' }).facts.at(-1),
      `extra ${main}:5 include /etc/nginx/default.d/*.conf`,
    );
  });

  test(`${shell.name}: one statement is exchanged, and connections are kept where nothing speaks against it`, t => {
    const { taken } = read(t, shell, { [main]: fixture, [inc]: url }, { taken: main });
    assert.equal(
      taken,
      `${fixture
        .replace(`include ${inc};`, 'include /etc/nginx/bluegreen/shop/live.conf;')
        .replace(
          'proxy_pass $service_url;',
          'proxy_pass $service_url; proxy_http_version 1.1; proxy_set_header Connection "";',
        )}\n`,
    );
    for (const kept of ['proxy_set_header Upgrade $http_upgrade;', 'proxy_http_version 1.0;', '']) {
      const location = `location / {\nproxy_pass $service_url;\n${kept}\n}`;
      const files = http(`  set  $service_url   http://127.0.0.1:8081; # live\n${location}`);
      assert.equal(
        read(t, shell, files, { taken: main }).taken,
        `${files[main]?.replace(/set .*8081;/, 'include /etc/nginx/bluegreen/shop/live.conf;')}\n`,
      );
    }
  });

  test(`${shell.name}: a file that has more in it than the port stays included, before ours`, t => {
    const files = { ...http(`include ${inc};\n${proxied}`), [inc]: `${url}\ngzip on;` };
    const facts = read(t, shell, files).facts;
    assert.ok(facts.includes(`exchange ${main}|4|beside|${inc}`), facts.join('\n'));
    assert.match(
      read(t, shell, files, { taken: main }).taken ?? '',
      /include \/etc\/nginx\/conf\.d\/service-url\.inc; include \/etc\/nginx\/bluegreen\/shop\/live\.conf;/,
    );
  });

  test(`${shell.name}: with a managed site the block goes, from its first line to its last, or nothing does`, t => {
    const managed = { site: 'managed', taken: main };
    const lines = fixture.split('\n');
    assert.equal(
      read(t, shell, { [main]: fixture, [inc]: url }, managed).taken,
      `${[...lines.slice(0, 24), ...lines.slice(50)].join('\n')}\n`,
    );
    const glued = { [main]: `http { server {\nlisten 80;\n${url}\n${proxied}\n} }` };
    assert.equal(read(t, shell, glued, managed).taken, undefined);
  });

  test(`${shell.name}: a statement over several lines is not exchanged`, t => {
    assert.equal(
      read(t, shell, http(`set $service_url\n  http://127.0.0.1:8081;\n${proxied}`), { taken: main }).taken,
      undefined,
    );
  });
}
