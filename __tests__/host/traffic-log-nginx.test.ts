import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HostShell, runHost, shells, whyNoNginx } from './host-shell.ts';
import { ask, freePort, runNginx } from './nginx-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

const nginxOnly = { skip: whyNoNginx ?? false };

const self = '127.0.0.1';
const client = '127.0.0.2';
const nonce = 'X-Nginx-Bluegreen-Nonce';

interface Door {
  readonly folder: string;
  readonly port: number;
  readonly bluePort: number;
  readonly greenPort: number;
  /** The log's lines, by field, once there are so many. */
  lines(count: number): Promise<readonly (readonly string[])[]>;
}

/** A real nginx with the files that the host program writes; only blue is up, and answers with its path. */
async function openDoor(t: TestContext, shell: HostShell, isMeasuring: boolean): Promise<Door> {
  const folder = temporaryFolder(t);
  for (const name of ['log', 'bluegreen/shop-1']) mkdirSync(join(folder, name), { recursive: true });
  const app = createServer((request, response) => {
    if (request.url === '/broken') return request.socket.destroy();
    return response.end(request.url);
  }).listen(0, self);
  await once(app, 'listening');
  t.after(() => app.close());
  const address = app.address();
  assert.ok(typeof address === 'object' && address !== null);
  const [port, greenPort, bluePort] = [await freePort(), await freePort(), address.port];
  const settings = `app=shop-1 blue_port=${bluePort} green_port=${greenPort} site=managed switch_mode=instant
    server_name=_ listen=${port} max_body_size=1m proxy_timeout=5s; lay_out; nginx_facts=$1/facts; : >"$nginx_facts"`;
  const text = (what: string) => {
    const { status, stdout, stderr } = runHost(shell, `${settings}; ${what}`, [folder]);
    assert.deepEqual([status, stderr], [0, '']);
    return stdout
      .replaceAll('/etc/nginx/bluegreen', `${folder}/bluegreen`)
      .replaceAll('/var/log/nginx', `${folder}/log`);
  };
  writeFileSync(join(folder, 'bluegreen/shop-1/live.conf'), text('live_conf_text blue'));
  if (isMeasuring) writeFileSync(join(folder, 'bluegreen/shop-1/measuring'), '');
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const http = `http { access_log off; ${text('site_conf_text')} }`;
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${user} worker_processes 1; error_log stderr; pid ${folder}/pid; events {} ${http}`,
  );
  await runNginx(t, folder, port);
  const log = join(folder, 'log/bluegreen-shop-1.log');
  const lines = async (count: number) => {
    for (let tries = 0; ; tries++) {
      const found = readFileSync(log, 'utf8').split('\n').slice(0, -1);
      if (found.length >= count || tries >= 100) return found.map(line => line.split('|'));
      await sleep(20);
    }
  };
  return { folder, port, bluePort, greenPort, lines };
}

for (const shell of shells) {
  test(
    `${shell.name}: nginx writes the host's own word into the log, and nobody else's`,
    nginxOnly,
    async t => {
      const { port, lines } = await openDoor(t, shell, true);
      const words = ['c0ffee', 'abc|def', 'c0ffee x', 'XYZ', '', 'self c0ffee', '127.0.0.1'];
      for (const from of [self, client]) {
        for (const word of words) {
          assert.equal(await ask({ port, path: '/', from, headers: { [nonce]: word } }), '200 /');
        }
      }
      await ask({ port, path: '/', from: self, headers: { [nonce]: ['c0ffee', 'decade'] } });
      const found = await lines(15);
      assert.equal(found.length, 15);
      const [own, ...others] = found.map(fields => fields[7] ?? 'no field');
      assert.equal(own, 'c0ffee');
      assert.match(others.pop() ?? '', /^(c0ffee)?$/, 'of two words nginx takes the first, or none');
      assert.deepEqual(new Set(others), new Set(['']));
    },
  );

  test(`${shell.name}: a client that says to be the host is none`, nginxOnly, async t => {
    const { port, lines } = await openDoor(t, shell, true);
    const headers = {
      [nonce]: 'c0ffee',
      'X-Forwarded-For': self,
      'X-Real-IP': self,
      Forwarded: `for=${self}`,
      Host: self,
    };
    await ask({ port, path: '/', from: client, headers });
    assert.equal((await lines(1))[0]?.[7], '');
    const path = '/.nginx-bluegreen/shop-1/live';
    assert.equal(await ask({ port, path, from: self }), '200 http://shop-1-blue\n');
    assert.match(await ask({ port, path, from: client, headers }), /^404 /);
  });

  test(
    `${shell.name}: without a measurement the log has the host's own requests alone`,
    nginxOnly,
    async t => {
      const { folder, port, lines } = await openDoor(t, shell, false);
      const headers = { [nonce]: '00c0ffee' };
      await ask({ port, path: '/', from: client });
      await ask({ port, path: '/', from: client, headers });
      await ask({ port, path: '/', from: self });
      await ask({ port, path: '/', from: self, headers });
      writeFileSync(join(folder, 'bluegreen/shop-1/measuring'), '');
      await ask({ port, path: '/', from: client });
      rmSync(join(folder, 'bluegreen/shop-1/measuring'));
      await ask({ port, path: '/', from: client });
      await ask({ port, path: '/', from: self, headers });
      assert.deepEqual(
        (await lines(3)).map(fields => fields[7]),
        ['00c0ffee', '', '00c0ffee'],
      );
    },
  );

  test(
    `${shell.name}: what nginx writes is what the host program reads: who was tried, what it cost, who failed`,
    nginxOnly,
    async t => {
      const { folder, port, bluePort, greenPort, lines } = await openDoor(t, shell, true);
      const [blue, green] = [`${self}:${bluePort}`, `${self}:${greenPort}`];
      await ask({ port, path: '/', from: client });
      writeFileSync(join(folder, 'bluegreen/shop-1/green'), '');
      await ask({ port, path: '/', from: client });
      assert.match(await ask({ port, path: '/broken', from: client, method: 'POST' }), /^502 /);
      await ask({ port, path: '/', from: self, headers: { [nonce]: 'c0ffee' } });
      const found = await lines(4);
      assert.deepEqual(
        found.map(([, status, , group, tried, statuses, , word]) => [status, group, tried, statuses, word]),
        [
          ['200', 'shop-1-blue', blue, '200', ''],
          ['200', 'shop-1-green', `${green}, ${blue}`, '502, 200', ''],
          ['502', 'shop-1-green', `${green}, ${blue}`, '502, 502', ''],
          ['200', 'shop-1-green', `${green}, ${blue}`, '502, 200', 'c0ffee'],
        ],
      );
      for (const [at, , took, , , , times] of found) {
        assert.match(`${at} ${took} ${times}`, /^\d{10}\.\d{3} \d+\.\d{3} \d+\.\d{3}(, \d+\.\d{3})?$/);
      }
      assert.equal(found[2]?.[8], 'OK', "nginx's error page goes out whole");
      const script = `blue_port=$2 green_port=$3 switched_at=0 scratch=$1 traffic_log=$1/log/bluegreen-shop-1.log
      count_requests green; measure_new green; echo "$bake_requests $bake_errors"
      count_cut blue 2 0; echo "$drain_cut"`;
      const { stdout } = runHost(shell, script, [folder, `${bluePort}`, `${greenPort}`]);
      assert.match(stdout, /^@requests=3\n@failed-requests=1\n/);
      assert.match(stdout, /@old-requests=3\n@old-failed=1\n(.*\n)*@new-requests=0\n/);
      assert.match(stdout, /@own-requests=1\n@own-failed=0\n2 2\n0\n$/);
    },
  );
}
