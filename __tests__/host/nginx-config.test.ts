import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { debianDefault, debianMain, dump, stockDebian, stockRedHat } from './nginx-dumps.ts';
import { temporaryFolder } from './temporary-folder.ts';

const script = `awk -v live=/etc/nginx/bluegreen/shop/live.conf -v site=/etc/nginx/conf.d/bluegreen-shop.conf \\
  -v giving_way="$2" "$(nginx_config_reader)" "$1"`;

/** The facts that the host program reads from a dump, one a line. */
function factsOf(t: TestContext, shell: HostShell, text: string, givingWay = ''): readonly string[] {
  const file = join(temporaryFolder(t), 'dump');
  writeFileSync(file, text);
  const { status, stdout, stderr } = runHost(shell, script, [file, givingWay]);
  assert.equal(status, 0, stderr);
  return stdout.split('\n').slice(0, -1);
}

const live = 'include /etc/nginx/bluegreen/shop/live.conf;';
const proxied =
  'location / { proxy_pass $service_url; proxy_set_header Host $host; proxy_set_header Connection ""; }';
const main = (http: string) => dump({ '/etc/nginx/nginx.conf': `http {\n${http}\n}` });

for (const shell of shells) {
  const facts = (t: TestContext, text: string, givingWay = '') => factsOf(t, shell, text, givingWay);

  test(`${shell.name}: a stock Debian has its default server in a file of its own`, t => {
    assert.deepEqual(facts(t, stockDebian), [
      'worker-connections 768',
      'http-access-log /var/log/nginx/access.log',
      'default-server 80 default_server',
      'default-server [::]:80 default_server',
    ]);
    assert.deepEqual(facts(t, stockDebian, '/etc/nginx/sites-enabled/default'), [
      'worker-connections 768',
      'http-access-log /var/log/nginx/access.log',
    ]);
  });

  test(`${shell.name}: a stock Red Hat says which log format it uses, and has no default_server`, t => {
    assert.deepEqual(facts(t, stockRedHat), ['http-access-log /var/log/nginx/access.log main']);
  });

  test(`${shell.name}: our own site file is not another's default server`, t => {
    const files = {
      '/etc/nginx/nginx.conf': debianMain,
      '/etc/nginx/conf.d/bluegreen-shop.conf': `server { listen 80 default_server; ${live} }`,
      '/etc/nginx/sites-enabled/other': debianDefault.replaceAll('80', '8080'),
    };
    const found = facts(t, dump(files));
    assert.ok(found.includes('ours-listen 80 default_server'));
    assert.deepEqual(
      found.filter(one => one.startsWith('default-server')),
      ['default-server 8080 default_server', 'default-server [::]:8080 default_server'],
    );
  });

  test(`${shell.name}: the server block that includes us is told with what it listens to, in any file`, t => {
    const own = `server {
      listen 443 ssl; listen [::]:443 ssl; server_name shop.example www.shop.example;
      access_log off; open_file_cache max=100;
      ${live}
      ${proxied}
    }`;
    const other = 'server { listen 80; server_name other; location / { proxy_pass http://127.0.0.1:9; } }';
    const wanted = [
      'ours-listen 443 ssl',
      'ours-listen [::]:443 ssl',
      'ours-name shop.example www.shop.example',
      'ours-access-log off',
      'ours-open-file-cache max=100',
    ];
    assert.deepEqual(facts(t, main(`${other}\n${own}\n${other}`)), wanted);
    const apart = {
      '/etc/nginx/nginx.conf': debianMain,
      '/etc/nginx/sites-enabled/shop': `${other}\n${own}`,
    };
    assert.deepEqual(facts(t, dump(apart)).slice(2), wanted);
    const relative = {
      '/etc/nginx/nginx.conf': 'http { include vhosts/*.conf; }',
      '/etc/nginx/vhosts/shop.conf': own,
    };
    assert.deepEqual(facts(t, dump(relative)), wanted);
  });

  test(`${shell.name}: a file that an included file includes is read in the same way`, t => {
    const files = {
      '/etc/nginx/nginx.conf': 'http { include conf.d/*.conf; }',
      '/etc/nginx/conf.d/all.conf': 'include /srv/sites/*/nginx.conf; access_log /srv/a.log;',
      '/srv/sites/shop/nginx.conf': `server { listen 81; ${live} ${proxied} }`,
    };
    assert.deepEqual(facts(t, dump(files)), ['http-access-log /srv/a.log', 'ours-listen 81']);
  });

  test(`${shell.name}: a server of stream is none of http`, t => {
    const files = {
      '/etc/nginx/nginx.conf':
        'stream { include stream.d/*; server { listen 1; } } http { include conf.d/*; }',
      '/etc/nginx/stream.d/a': 'server { listen 5432 default_server; }',
    };
    assert.deepEqual(facts(t, dump(files)), []);
  });

  test(`${shell.name}: comments, quotes, braces in quotes and variables do not lead it astray`, t => {
    const text = `
      # server { listen 1; ${live} }
      log_format a '{ "x": "\${request}" } it\\'s # no comment; }';
      log_format b "say \\"server {\\" and
        more; }";
      map $uri $x { default "}"; '~^/a{2}' ';'; }
      server { # server {
        listen 82; # listen 83;
        server_name "quoted.example";
        set $a "\${host}{";
        if ($host = "a}b") { return 301 https://\${host}\${uri}; }
        location ~ "^/x{1,2}$" { return 200 "}"; }
        ${live}
        ${proxied}
      }`;
    assert.deepEqual(facts(t, main(text)), ['ours-listen 82', 'ours-name quoted.example']);
  });

  test(`${shell.name}: what bites is told by location: Connection, Host, the cache key`, t => {
    const text = `server { listen 80; ${live} proxy_cache c;
      location /a { proxy_set_header Host $host; proxy_pass $service_url; }
      location /b { proxy_pass $service_url; }
      location /c { proxy_set_header connection ""; proxy_set_header HOST $host; proxy_pass $service_url/; }
      location /d { proxy_set_header X y; proxy_pass http://127.0.0.1:9; }
    }`;
    const found = facts(t, main(text)).filter(one => one.startsWith('ours-finding'));
    assert.deepEqual(
      found.map(one => one.split(' ').slice(0, 3).join(' ')),
      ['ours-finding location /a', 'ours-finding location /b', 'ours-finding the default'],
    );
    assert.match(found[0] ?? '', /Connection ""/);
    assert.match(found[1] ?? '', /does not set Host/);
    const keyed = text.replace('proxy_cache c;', 'proxy_cache c; proxy_cache_key $uri;');
    assert.ok(!facts(t, main(keyed)).some(one => one.includes('cache')));
  });

  test(`${shell.name}: two apps in one server block are noticed, in two blocks they are not`, t => {
    const other = 'include /etc/nginx/bluegreen/blog/live.conf;';
    const one = main(`server { listen 80; ${live} ${other} ${proxied} }`);
    assert.ok(facts(t, one).includes('ours-other-app /etc/nginx/bluegreen/blog/live.conf'));
    const two = main(`server { listen 80; ${live} ${proxied} } server { listen 81; ${other} ${proxied} }`);
    assert.deepEqual(facts(t, two), ['ours-listen 80']);
  });

  test(`${shell.name}: access logs of http are told all, those of other blocks are not`, t => {
    const text = `access_log /a.log main buffer=32k; access_log off; open_file_cache max=1;
      server { listen 80; access_log /b.log; location / { access_log /c.log; } }`;
    assert.deepEqual(facts(t, main(text)), ['http-access-log /a.log main buffer=32k', 'http-access-log off']);
  });
}
