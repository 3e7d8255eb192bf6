import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { SandboxHost } from '../../sandbox/host.ts';
import {
  assertDeployed,
  assertRefused,
  describeOnHost,
  type Inputs,
  jarOf,
  quickJava,
  underLoad,
} from './target.ts';

const run = promisify(execFile);
const page = readFileSync(new URL('../../docs/migration.md', import.meta.url), 'utf8');

/** The blocks of one language below a heading of docs/migration.md, in their order. */
function blocksUnder(heading: string, language: string): readonly string[] {
  const section = page.split(/^##+ /m).find(text => text.startsWith(heading)) ?? '';
  return [...section.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, found, text = '']) =>
    found === language ? [text] : [],
  );
}

function commandsOf(heading: string, place = 0): string {
  const commands = blocksUnder(heading, 'sh')[place];
  assert.ok(commands, `docs/migration.md has commands under '${heading}'`);
  return commands;
}

/** The inputs that the page gives for a way of the migration, as the runner would hand them on. */
function inputsOf(...headings: readonly string[]): Inputs {
  const given = headings.flatMap(heading =>
    blocksUnder(heading, 'yaml').flatMap(text => Object.entries(parse(text))),
  );
  assert.ok(given.length > 0);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/** What a person types who is logged in as ec2-user. */
const type = (host: SandboxHost, commands: string): Promise<string> =>
  host.sh(`su - ec2-user -c sh <<'TYPED'\nset -e\n${commands}\nTYPED`);

const nginxConf = (listenWord: string): string => `worker_processes auto;
pid /run/nginx.pid;
events { worker_connections 1024; }
http {
    access_log /var/log/nginx/access.log;
    include /etc/nginx/mime.types;
    include /etc/nginx/conf.d/*.conf;
    server {
        listen       80${listenWord};
        listen       [::]:80${listenWord};
        server_name  _;
        include /etc/nginx/conf.d/service-url.inc;
        location / {
            proxy_pass $service_url;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header Host $http_host;
        }
    }
}`;

/** A host as the tutorials leave it: the live jar on 8082, the one before on 8081. */
async function setUpByTutorial(host: SandboxHost, listenWord: string): Promise<void> {
  await host.sh(`cat >/etc/nginx/nginx.conf <<'CONF'
${nginxConf(listenWord)}
CONF
    echo 'set $service_url http://127.0.0.1:8082;' >/etc/nginx/conf.d/service-url.inc
    nginx -t -q && systemctl reload nginx`);
  await startByHand(host, 'older', 8081);
  await startByHand(host, 'old', 8082);
}

async function startByHand(host: SandboxHost, version: string, port: number): Promise<void> {
  const login = `${host.user}@${host.address}`;
  const jar = await jarOf(version);
  const known = `UserKnownHostsFile=${host.knownHostsFile}`;
  await run('scp', ['-q', '-i', host.privateKeyFile, '-o', known, jar, `${login}:app-${version}.jar`]);
  await type(
    host,
    `nohup java ${quickJava} -jar app-${version}.jar --server.port=${port} >nohup-${port}.out 2>&1 </dev/null &
    for try in $(seq 100); do curl -sf http://127.0.0.1:${port}/ >/dev/null && exit 0; sleep 0.1; done; exit 1`,
  );
}

/** A reload is over a moment after systemctl says so. */
async function awaitVersion(url: string, version: string): Promise<void> {
  for (let look = 0; look < 50 && (await versionAt(url)) !== version; look += 1) {
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  assert.equal(await versionAt(url), version);
}

const versionAt = async (url: string): Promise<string> => await (await fetch(`${url}/version`)).text();

for (const { way, listenWord, place, inputs } of [
  { way: 'A', listenWord: ' default_server', place: 0, inputs: inputsOf('3.') },
  { way: 'B', listenWord: '', place: 1, inputs: inputsOf('3.', '4.') },
]) {
  await describeOnHost(
    `a host of the tutorials, brought over by way ${way} of docs/migration.md`,
    {},
    target => {
      test('before anything is done, a deploy is refused and the old jar serves on', async () => {
        const { deploy, host, url } = target();
        await setUpByTutorial(host, listenWord);
        assertRefused(await deploy('new', inputsOf('3.')), {
          stage: 'inspect',
          reason: 'port-taken',
          outcome: 'refused',
          says: /The idle port 8081 \(blue\) is held by .*java/,
        });
        assert.equal(await versionAt(url), 'old');
      });

      test('the steps bring the traffic to the first release, and only the reloads may reset a connection', async () => {
        const { deploy, host, url } = target();
        const seen = await type(host, commandsOf('1.'));
        assert.match(seen, /service_url http:\/\/127\.0\.0\.1:8082;/);
        assert.equal(seen.match(/\]:808[12] /g)?.length, 2, seen);
        const [first, load] = await underLoad(url, async () => {
          await type(host, commandsOf('2.'));
          await type(host, commandsOf('4.', place));
          return await deploy('new', inputs);
        });
        assertDeployed(first, 'blue');
        const { reset = 0, closed = 0, ...others } = load.failures;
        assert.deepEqual(others, {});
        assert.ok(reset + closed < load.requests / 100);
        assert.deepEqual(Object.keys(load.versions), ['old', 'new']);
      });

      test('the next deploy waits for the port of the old jar, and then loses no request', async () => {
        const { deploy, host, url } = target();
        assertRefused(await deploy('newer', inputs), {
          stage: 'inspect',
          reason: 'port-taken',
          outcome: 'refused',
          says: /The idle port 8082 \(green\) is held by .*java/,
        });
        const [next, load] = await underLoad(url, async () => {
          await type(host, commandsOf('6.'));
          return await deploy('newer', inputs);
        });
        assertDeployed(next, 'green');
        assert.deepEqual([load.failures, Object.keys(load.versions)], [{}, ['new', 'newer']]);
      });

      test('the way back leads to a jar started by hand', async () => {
        const { deploy, host, url } = target();
        assertDeployed(await deploy('newest', inputs), 'blue');
        await startByHand(host, 'old', 8082);
        await type(host, commandsOf('Going back'));
        await awaitVersion(url, 'old');
      });
    },
  );
}
