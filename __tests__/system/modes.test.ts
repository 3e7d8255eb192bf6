import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLoad } from '../../sandbox/load/load.ts';
import {
  assertDeployed,
  assertNothingLeft,
  assertRefused,
  describeOnHost,
  type Inputs,
  underLoad,
} from './target.ts';

const nginxDump = 'nginx -T 2>/dev/null';

await describeOnHost('both switch modes on a managed site', {}, target => {
  const steps: readonly (readonly [string, Inputs, 'blue' | 'green'])[] = [
    ['1', { switch: 'reload' }, 'blue'],
    ['2', { switch: 'reload' }, 'green'],
    ['3', { switch: 'instant' }, 'blue'],
    ['4', { switch: 'reload' }, 'green'],
    ['5', { switch: 'instant' }, 'blue'],
  ];
  for (const [version, inputs, color] of steps) {
    test(`deploy ${version}: ${inputs.switch}`, async () => {
      const { deploy, host, url } = target();
      if (version === '1') return assertDeployed(await deploy(version, inputs), color);
      const [run, load] = await underLoad(url, () => deploy(version, inputs));
      assertDeployed(run, color);
      assert.match(
        run.log,
        /nginx was reloaded, and its log has no line for a request that a reload resets: /,
      );
      const { reset = 0, closed = 0, ...others } = load.failures;
      assert.deepEqual(others, {}, 'a reload may reset connections; nothing else may fail');
      assert.ok(reset + closed < load.requests / 100);
      assert.equal(await (await fetch(`${url}/version`)).text(), version);
      await assertNothingLeft(host);
    });
  }

  test('a setting of the site takes one reload, and then instant ones take none', async () => {
    const { deploy, host } = target();
    const changed = await deploy('5', { 'max-body-size': '7m' });
    assertDeployed(changed, 'green');
    assert.match(changed.log, /nginx read its configuration anew/);
    assert.match(await host.sh(nginxDump), /client_max_body_size 7m;/);
    const next = await deploy('6', { 'max-body-size': '7m' });
    assertDeployed(next, 'blue');
    assert.doesNotMatch(next.log, /anew|reload/);
  });

  test('TLS: 443 serves, 80 redirects, the front door is verified through TLS', async () => {
    const { deploy, host } = target();
    await host.sh(
      `openssl version >/dev/null && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=shop.example -keyout /etc/ssl/shop.key -out /etc/ssl/shop.pem 2>/dev/null`,
    );
    const run = await deploy('7', {
      'tls-certificate': '/etc/ssl/shop.pem',
      'tls-key': '/etc/ssl/shop.key',
      'server-name': 'shop.example',
    });
    assertDeployed(run, 'green');
    assert.match(run.log, /front door: https:\/\/shop\.example:443 answered 200/);
    assert.equal(run.outputs.url, 'https://shop.example');
    const load = await startLoad(`https://${host.address}`, { connections: 2, rate: 20, seconds: 1 });
    const result = await load.finished;
    assert.equal(result.failed, 0);
    assert.deepEqual(Object.keys(result.versions), ['7']);
    const redirect = await fetch(`http://${host.address}/x?y=1`, { redirect: 'manual' });
    assert.equal(redirect.status, 308);
  });
});

await describeOnHost("a site of the user's own (include)", {}, target => {
  const inputs: Inputs = { site: 'include', app: 'my-shop' };

  test('a server block that nginx reads too early is told where to stand', async () => {
    const { deploy, host, url } = target();
    await host.sh(`cat >/etc/nginx/conf.d/api.conf <<'CONF'
server {
    listen 8080;
    include /etc/nginx/bluegreen/my-shop/live.conf;
    location / { proxy_pass $service_url; }
}
CONF`);
    assertRefused(await deploy('1', inputs), {
      stage: 'switch',
      reason: 'nginx-config-invalid',
      outcome: 'reverted',
      says: /unknown log format.*move it into a file that nginx reads later/,
    });
    assert.equal((await fetch(url)).status, 200, "the distribution's site still answers");
    await host.sh('rm /etc/nginx/conf.d/api.conf; nginx -t -q');
  });

  test('its server block is left alone, its first deploy brings what it includes', async () => {
    const { deploy, host, url } = target();
    await host.sh(`rm /etc/nginx/sites-enabled/default; cat >/etc/nginx/sites-enabled/own <<'CONF'
server {
    listen 127.0.0.1:8000;
    listen 80 default_server;
    server_name shop.example www.shop.example;
    include /etc/nginx/bluegreen/my-shop/live.conf;
    add_header X-Own "yes # really; {}";
    location / {
        proxy_pass $service_url;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
    }
    location /mine/ {
        proxy_pass $service_url;
        proxy_set_header Host $host;
    }
}
CONF
sha256sum /etc/nginx/sites-enabled/own >/root/own.sum`);
    assertDeployed(await deploy('1', inputs), 'blue');
    const answer = await fetch(`${url}/version`);
    assert.equal(await answer.text(), '1');
    assert.equal(answer.headers.get('x-own'), 'yes # really; {}');
    await host.sh('sha256sum -c --quiet /root/own.sum');
  });

  test('no request is lost, and what will bite is told', async () => {
    const { deploy, url } = target();
    const [run, load] = await underLoad(url, () => deploy('2', inputs));
    assertDeployed(run, 'green');
    assert.equal(load.failed, 0, JSON.stringify(load.samples));
    assert.match(run.log, /::warning.*location \/mine\/ sets headers of its own but not Connection/);
    assert.match(run.log, /::warning.*location \/ does not set Host/);
    assert.match(run.log, /front door: http:\/\/shop\.example:8000/);
  });

  test('the access log that its server inherited is still written', async () => {
    const { host, url } = target();
    await fetch(`${url}/version?probe=inherited`);
    assert.match(await host.sh('cat /var/log/nginx/access.log'), /probe=inherited/);
  });

  test('only the host itself may ask which color is live', async () => {
    const { host, url } = target();
    assert.equal((await fetch(`${url}/.nginx-bluegreen/my-shop/live`)).status, 404);
    assert.equal(
      await host.sh('curl -s http://127.0.0.1:8000/.nginx-bluegreen/my-shop/live'),
      'http://my-shop-green\n',
    );
  });
});
