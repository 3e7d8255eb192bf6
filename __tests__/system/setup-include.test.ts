import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsOf } from './hand.ts';
import { assertSetUp } from './set-up.ts';
import { assertDeployed, assertRefused, describeOnHost } from './target.ts';

await describeOnHost('setup on Debian 13', { release: 'trixie' }, target => {
  const setUp = (inputs: Readonly<Record<string, string>> = {}) =>
    target().deploy('1', { ...inputs, command: 'setup' });
  const site = '/etc/nginx/sites-available/default';

  test('a default site that was edited stays, and the setup that it stands in the way of is put back', async () => {
    const { host, url } = target();
    await host.sh(`echo '# of mine' >>${site}`);
    const before = await host.sh(`find /etc/nginx -type f -o -type l | sort | xargs sha256sum`);
    assertRefused(await setUp(), {
      stage: 'setup',
      reason: 'front-door-mismatch',
      outcome: 'failed',
      says: /another server block catches it.*What was there before is back/s,
    });
    assert.equal(await host.sh(`find /etc/nginx -type f -o -type l | sort | xargs sha256sum`), before);
    assert.match(await (await fetch(url)).text(), /Welcome to nginx/);
  });

  test('with a name of its own the site stands beside it', async () => {
    const { host, url } = target();
    assertSetUp(await setUp({ 'server-name': 'shop.example' }), ['site']);
    assert.match(await (await fetch(url)).text(), /Welcome to nginx/);
    assert.match(await host.sh(`tail -n 1 ${site}`), /of mine/);
    assert.match(await host.sh('curl -si -H "Host: shop.example" localhost'), /^HTTP\/1\.1 503 /);
  });

  test('with include, a server block of the user can include the app before its first deploy', async () => {
    const { deploy, host, url } = target();
    const inputs = { site: 'include' };
    const run = await setUp(inputs);
    assertSetUp(run, ['site']);
    assert.ok(findingsOf(run).some(one => /^no server block of nginx includes .*\/live\.conf yet/.test(one)));
    await host.sh(`
      cat >${site} <<'CONF'
server { listen 80 default_server; include /etc/nginx/bluegreen/shop/live.conf;
    location / { proxy_pass $service_url; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; } }
CONF
      nginx -t && systemctl reload nginx`);
    let answersInARow = 0;
    // An old worker may still answer after a new one has.
    for (let look = 0; look < 100 && answersInARow < 10; look += 1) {
      answersInARow = (await fetch(url)).status === 502 ? answersInARow + 1 : 0;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    assert.equal(answersInARow, 10);
    assertDeployed(await deploy('1', inputs), 'blue');
    assertDeployed(await deploy('2', inputs), 'green');
    const back = await deploy('1', { ...inputs, command: 'rollback' });
    assert.equal(back.outputs.outcome, 'rolled-back', back.log);
    assertSetUp(await setUp(inputs), []);
  });
});
