import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

for (const shell of shells) {
  const says = (script: string, words: readonly string[] = []): string => {
    const { status, stdout, stderr } = runHost(shell, `app=shop; lay_out; ${script}`, words);
    assert.equal(status, 0, `${stdout}${stderr}`);
    return stdout;
  };

  test(`${shell.name}: a step tells what it will do, or did, or what is there; one of another host tells nothing`, () => {
    const steps = `
      look_a() { planned='make a'; }; do_a() { did='made a'; }
      look_b() { there='b is there'; }
      look_c() { :; }
      look_d() { planned='make d'; }; do_d() { echo 'says d'; }
      all_done=''`;
    assert.equal(
      says(`${steps}; take_steps a b c d; echo "$done_before"`),
      '@step=a did made a\n@step=b nothing b is there\nsays d\n@step=d did make d\nDone before: a: made a; d: make d.\n',
    );
    assert.equal(
      says(`${steps}; only_looks=yes; take_steps a b c d`),
      '@step=a will make a\n@step=b nothing b is there\n@step=d will make d\n',
    );
  });

  const advice = (connections: string, files: string, limit: string): string =>
    says(`
      nginx_fact() { case $1 in worker-connections) printf '%s' '${connections}' ;; worker-rlimit-nofile) printf '%s' '${files}' ;; esac; }
      systemctl() { echo '${limit}'; }
      connections_advice`);

  test(`${shell.name}: few connections are told with how many requests they are, and too few files for them`, () => {
    assert.match(
      advice('768', '', '524288'),
      /^worker_connections is 768 .* each worker serves 384 requests at a time/,
    );
    assert.match(advice('', '', '524288'), /^worker_connections is 512 /, "nginx's own default");
    assert.match(
      advice('1024', '', '1024'),
      /^nginx's workers may open 1024 files each, and worker_connections is 1024/,
    );
    for (const [connections, files, limit] of [
      ['1024', '', '524288'],
      ['4096', '8192', '1024'],
      ['1024', '', 'infinity'],
      ['auto', '', '1024'],
    ] as const) {
      assert.equal(advice(connections, files, limit), '', `${connections} ${files} ${limit}`);
    }
  });

  test(`${shell.name}: a pattern of logrotate's that has our log is found, whatever its form`, t => {
    const file = join(temporaryFolder(t), 'nginx');
    const isFound = (text: string): boolean => {
      writeFileSync(file, text);
      return says('list_rotated "$1" | match_traffic_log', [file]) !== '';
    };
    for (const text of [
      '/var/log/nginx/*.log {\n  daily\n}',
      '/var/log/other.log\n"/var/log/nginx/*.log"{\n',
      '/var/log/*/bluegreen-shop.log /x {',
    ]) {
      assert.ok(isFound(text), text);
    }
    for (const text of [
      '',
      '# /var/log/nginx/*.log {',
      '/var/log/nginx/access.log {',
      '/var/log/nginx/*.txt {',
    ]) {
      assert.ok(!isFound(text), text);
    }
  });

  test(`${shell.name}: where SELinux enforces, ports that nginx may not listen on are found`, t => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'none'));
    writeFileSync(
      join(folder, 'semanage'),
      "#!/bin/sh\necho 'http_port_t   tcp   80, 443, 9444'\necho 'http_cache_port_t  tcp 8080'\n",
      {
        mode: 0o755,
      },
    );
    const ports = (listen: string, path: string, more = ':'): string =>
      says(`PATH=$1:$PATH; site=managed listen=${listen} tls_certificate=''; ${more}; unlabelled_ports`, [
        path,
      ]);
    assert.equal(ports('80', folder), '');
    assert.equal(ports('9444', folder), '');
    assert.equal(ports('8080', folder), ' 8080');
    assert.equal(ports('8443', folder, 'tls_certificate=/x'), ' 8443');
    assert.equal(ports('8443', join(folder, 'none')), '', "without semanage the policy's own list counts");
    assert.equal(ports('8080', join(folder, 'none'), 'site=include'), '', 'a site of the user is theirs');
  });

  test(`${shell.name}: before the first release live.conf leads nowhere, and names no color`, t => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'facts'), '');
    writeFileSync(join(folder, 'site'), '');
    const colorIn = (site: string, mode: string): string =>
      says(
        `site=${site} switch_mode=${mode}; nginx_facts=$1/facts site_conf=$1/site; live_conf=$1/live
        live_conf_text '' >"$live_conf"; echo "color '$(live_color)'"; cat "$live_conf"`,
        [folder],
      );
    for (const mode of ['instant', 'reload']) {
      const managed = colorIn('managed', mode);
      assert.match(managed, /^color ''$/m);
      assert.match(managed, /^return 503 "No release of shop is live yet\.\\n";$/m);
      const include = colorIn('include', mode);
      assert.match(include, /^color ''$/m);
      assert.match(
        include,
        /^set \$service_url http:\/\/unix:\/etc\/nginx\/bluegreen\/shop\/no-release-yet:;$/m,
      );
      assert.doesNotMatch(include, /return 503/, "the user's other locations serve on");
    }
  });
}
