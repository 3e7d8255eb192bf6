import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import {
  activeColors,
  assertDeployed,
  assertRefused,
  assertRefusedUnderLoad,
  describeOnHost,
} from './target.ts';

const includeSite = { site: 'include' };

/** A worker that is shutting down resets what still comes to it. */
const untilOldWorkersLeft =
  "for wait in $(seq 50); do pgrep -f 'worker process is shutting down' >/dev/null || break; sleep 0.1; done";

await describeOnHost('a front door that does not lead to the release is found out', {}, target => {
  let live: 'blue' | 'green' = 'blue';

  /** A server block of the user's own, with our include. */
  const writeOwnServer = (location: string): Promise<string> =>
    target().host.sh(`rm -f /etc/nginx/sites-enabled/default; cat >/etc/nginx/conf.d/own.conf <<'CONF'
server {
    listen 80;
    server_name own.example;
    include /etc/nginx/bluegreen/shop/live.conf;
    location / {
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        ${location}
    }
}
CONF
test ! -e /etc/nginx/bluegreen/shop/live.conf || { nginx -t -q && nginx -s reload; sleep 0.5; }
${untilOldWorkersLeft}`);

  /** The processes that serve: a reload makes others, and breaks requests. */
  const nginxWorkers = (): Promise<string> => target().host.sh("pgrep -f 'nginx: worker process'");

  beforeEach(async t => {
    if (t.name.startsWith('the first')) return;
    await writeOwnServer('proxy_pass $service_url;');
  });

  test('the first deploy into a server block with a hard-coded proxy_pass is told, and the site still answers', async () => {
    await writeOwnServer('proxy_pass http://127.0.0.1:8081;');
    const run = await target().deploy('1', includeSite);
    assertRefused(run, {
      stage: 'switch',
      reason: 'front-door-mismatch',
      outcome: 'failed',
      says: /through '127\.0\.0\.1:8081'.*It was not taken back/,
    });
    assert.equal(await activeColors(target().host), 'blue', 'what nginx has read leads to it');
    assert.equal(await (await fetch(`${target().url}/version`)).text(), '1');
    await writeOwnServer('proxy_pass $service_url;');
    const mended = await target().deploy('1', includeSite);
    assert.equal(mended.outputs.outcome, 'unchanged', mended.log);
  });

  test('a hard-coded proxy_pass put in later', async () => {
    await writeOwnServer('proxy_pass http://127.0.0.1:8081;');
    const workers = await nginxWorkers();
    await assertRefusedUnderLoad(target(), () => target().deploy('2', includeSite), {
      stage: 'inspect',
      reason: 'front-door-mismatch',
      outcome: 'refused',
      says: /through '127\.0\.0\.1:8081'/,
      serving: '1',
    });
    await assertRefusedUnderLoad(target(), () => target().deploy('2', { ...includeSite, force: 'true' }), {
      stage: 'switch',
      reason: 'front-door-mismatch',
      outcome: 'reverted',
      says: /through '127\.0\.0\.1:8081'/,
      serving: '1',
    });
    assert.equal(await nginxWorkers(), workers, 'nginx was not reloaded, which could mend nothing');
    assert.equal(await activeColors(target().host), live);
  });

  test('a second server block that catches the requests', async () => {
    const { host } = target();
    await host.sh(`cat >/etc/nginx/conf.d/a-second.conf <<'CONF'
server {
    listen 80;
    server_name own.example;
    location / { proxy_pass http://127.0.0.1:8081; }
}
CONF
nginx -t -q 2>/dev/null; nginx -s reload; sleep 0.5
${untilOldWorkersLeft}`);
    const workers = await nginxWorkers();
    await assertRefusedUnderLoad(target(), () => target().deploy('2', { ...includeSite, force: 'true' }), {
      stage: 'switch',
      reason: 'front-door-mismatch',
      outcome: 'reverted',
      says: /another server block catches it/,
      serving: '1',
    });
    assert.equal(await nginxWorkers(), workers, 'nginx was not reloaded, which could mend nothing');
    await host.sh('rm /etc/nginx/conf.d/a-second.conf; nginx -s reload; sleep 0.5');
    assertDeployed(await target().deploy('2', includeSite), 'green');
    live = 'green';
  });

  test('an app.jar swapped on the host under the live release', async () => {
    const { host, deploy } = target();
    await host.sh(
      'cp -p /opt/shop/green/app.jar /root/; cp /opt/shop/blue/app.jar /opt/shop/releases/swapped; mv /opt/shop/releases/swapped /opt/shop/green/app.jar',
    );
    await assertRefusedUnderLoad(target(), () => deploy('3', includeSite), {
      stage: 'inspect',
      reason: 'front-door-mismatch',
      outcome: 'refused',
      says: /the file was replaced after its start/,
      serving: '2',
    });
    assertRefused(await deploy('2', includeSite), {
      stage: 'inspect',
      reason: 'front-door-mismatch',
      outcome: 'refused',
      says: /replaced/,
    });
  });

  test('an app.jar swapped between upload and start', async () => {
    const { host, deploy } = target();
    await host.sh(`systemd-run -q --unit=swapper sh -c 'cd /opt/shop/releases; before=$(ls | wc -l)
      until [ "$(ls -d *Z-???????? | wc -l)" -gt "$before" ]; do :; done
      new=$(ls -d *Z-???????? | tail -n 1); cp /root/app.jar "$new/app.jar"'`);
    await assertRefusedUnderLoad(target(), () => deploy('3', { ...includeSite, force: 'true' }), {
      stage: 'start',
      reason: 'front-door-mismatch',
      outcome: 'failed',
      says: /app\.jar has sha256 \w+, but the release was made with/,
      serving: '2',
    });
  });

  test('with force the next deploy mends it', async () => {
    assertDeployed(await target().deploy('3', { ...includeSite, force: 'true' }), 'blue');
    live = 'blue';
    assert.equal(await activeColors(target().host), 'blue');
  });

  test('two apps in one server block are refused', async () => {
    const { host, deploy } = target();
    await host.sh(`mkdir -p /etc/nginx/bluegreen/other; echo 'set $other 1;' >/etc/nginx/bluegreen/other/live.conf
      sed -i 's|include /etc/nginx/bluegreen/shop/live.conf;|&\\n    include /etc/nginx/bluegreen/other/live.conf;|' /etc/nginx/conf.d/own.conf`);
    const run = await deploy('4', includeSite);
    assertRefused(run, {
      stage: 'inspect',
      reason: 'front-door-mismatch',
      outcome: 'refused',
      says: /two apps can't share one server block/,
    });
  });

  test('a site without our include is told what to add', async () => {
    const { host, deploy } = target();
    await host.sh(
      "sed -i '/bluegreen/d; s/proxy_pass .*/return 200;/' /etc/nginx/conf.d/own.conf; nginx -t -q && nginx -s reload",
    );
    const run = await deploy('4', includeSite);
    assertRefused(run, {
      stage: 'inspect',
      reason: 'front-door-mismatch',
      outcome: 'refused',
      says: /Put 'include \/etc\/nginx\/bluegreen\/shop\/live\.conf;'/,
    });
  });
});
