import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, nginxPath, runHost, shells, whyNoNginx } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const nginxOnly = { skip: whyNoNginx ?? false };

const managed = `app=shop-1 blue_port=8081 green_port=8082 site=managed switch_mode=instant server_name='shop.example *.shop.example' listen=8088
  max_body_size=100m proxy_timeout=60s; lay_out; nginx_facts=$1/facts`;

/** What the functions write, with every path of the host moved below the folder. */
function textOf(shell: HostShell, folder: string, settings: string, what: string): string {
  const { status, stdout, stderr } = runHost(shell, `${settings}; ${what}`, [folder]);
  assert.equal(status, 0, stderr);
  return stdout
    .replaceAll('/etc/nginx/bluegreen', `${folder}/bluegreen`)
    .replaceAll('/var/log/nginx', `${folder}/log`)
    .replaceAll('/etc/ssl', folder);
}

/** Asks the real nginx about our files; `site` are the user's own server blocks. */
function judge(t: TestContext, shell: HostShell, settings: string, facts = '', site = ''): string {
  const folder = temporaryFolder(t);
  const app = /app=(\S+)/.exec(settings)?.[1] ?? '';
  for (const name of ['log', `bluegreen/${app}`]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'facts'), facts);
  writeFileSync(
    join(folder, `bluegreen/${app}/live.conf`),
    textOf(shell, folder, settings, 'live_conf_text blue'),
  );
  const words = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ];
  const files = ['-subj', '/CN=x', '-keyout', join(folder, 'x.key'), '-out', join(folder, 'x.pem')];
  if (settings.includes('tls_')) execFileSync('openssl', [...words, ...files], { stdio: 'ignore' });
  const main = `error_log stderr; pid ${folder}/pid; events {}
    http { access_log ${folder}/log/access.log; log_format main 'x';
    ${textOf(shell, folder, settings, 'site_conf_text')}\n${site.replaceAll('@', folder)} }`;
  writeFileSync(join(folder, 'nginx.conf'), main);
  const { status, stderr } = spawnSync('nginx', ['-t', '-p', folder, '-c', join(folder, 'nginx.conf')], {
    encoding: 'utf8',
    env: { PATH: nginxPath },
  });
  return status === 0 ? 'accepted' : stderr;
}

const include = managed.replace('site=managed', 'site=include');
const userSite = `server { listen 8089 default_server; server_name shop.example;
  include @/bluegreen/shop-1/live.conf;
  location / { proxy_pass $service_url; proxy_set_header Connection ""; } }`;

for (const shell of shells) {
  test(`${shell.name}: nginx accepts a managed site, in both ways to switch`, nginxOnly, t => {
    assert.equal(judge(t, shell, managed), 'accepted');
    assert.equal(judge(t, shell, `${managed}; switch_mode=reload`), 'accepted');
  });

  test(`${shell.name}: nginx accepts the longest name that an app may have`, nginxOnly, t => {
    const longest = managed.replace('app=shop-1', `app=${'long-name-of-an-app-'.padEnd(31, 'x')}`);
    assert.notEqual(longest, managed);
    assert.equal(judge(t, shell, longest), 'accepted');
  });

  test(`${shell.name}: nginx accepts a managed site with TLS, whatever its version`, nginxOnly, t => {
    const tls = `${managed}; tls_certificate=/etc/ssl/x.pem tls_key=/etc/ssl/x.key`;
    assert.equal(judge(t, shell, tls), 'accepted');
    assert.equal(judge(t, shell, `${tls} listen=80`), 'accepted');
  });

  test(
    `${shell.name}: nginx accepts a managed site beside another default server of its port`,
    nginxOnly,
    t => {
      const other = 'server { listen 8088 default_server; listen [::]:8088 default_server; server_name x; }';
      const facts = 'default-server 8088 default_server\ndefault-server [::]:8088 default_server\n';
      assert.equal(judge(t, shell, managed, facts, other), 'accepted');
      assert.match(judge(t, shell, managed, '', other), /duplicate default server/);
    },
  );

  test(
    `${shell.name}: nginx accepts our include in a server block with settings of its own`,
    nginxOnly,
    t => {
      assert.equal(judge(t, shell, include, '', userSite), 'accepted');
      const busy = userSite.replace(
        'server_name',
        'open_file_cache max=9; access_log @/log/own.log; server_name',
      );
      const facts = 'ours-open-file-cache max=9\nours-access-log x\nhttp-access-log x\n';
      assert.equal(judge(t, shell, include, facts, busy), 'accepted');
    },
  );

  test(`${shell.name}: inherited access logs are repeated, off is not, and a log of the block's own wins`, t => {
    const folder = temporaryFolder(t);
    writeFileSync(
      join(folder, 'facts'),
      'http-access-log /a.log main\nhttp-access-log off\nhttp-access-log /b.log\n',
    );
    const text = textOf(shell, folder, managed, 'live_conf_text blue');
    assert.match(text, /^access_log \/a\.log main;\naccess_log \/b\.log;$/m);
    assert.ok(!text.includes('access_log off'));
    writeFileSync(join(folder, 'facts'), 'http-access-log /a.log\nours-access-log /own.log\n');
    assert.ok(!textOf(shell, folder, include, 'live_conf_text blue').includes('/a.log'));
  });

  test(`${shell.name}: instant asks for the marker at each request, reload has the color in its text`, t => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'facts'), '');
    const instant = (color: string) => textOf(shell, folder, managed, `live_conf_text ${color}`);
    assert.equal(instant('blue'), instant('green'));
    assert.match(
      instant('blue'),
      /if \(-e .*\/shop-1\/green\) \{\n {4}set \$service_url http:\/\/shop-1-green;/,
    );
    const reload = textOf(shell, folder, `${managed}; switch_mode=reload`, 'live_conf_text green');
    assert.match(reload, /^set \$service_url http:\/\/shop-1-green;$/m);
    assert.ok(!reload.includes('shop-1-blue'));
  });

  test(`${shell.name}: each color has the other as its backup`, t => {
    const text = textOf(shell, temporaryFolder(t), `${managed}; : >"$nginx_facts"`, 'upstream_text green');
    const servers = [...text.matchAll(/server 127\.0\.0\.1:(\d+) max_fails=0( backup)?;/g)];
    assert.deepEqual(
      servers.map(([, port, backup]) => `${port}${backup ?? ''}`),
      ['8082', '8081 backup'],
    );
  });
}
