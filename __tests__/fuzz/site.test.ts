import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { hostParameters } from '../../src/commands/host-parameters.ts';
import { quote } from '../../src/host/quote.ts';
import { type HostShell, nginxPath, shells, whyNoNginx } from '../host/host-shell.ts';
import { functionsFile, runCaged } from './caged-shell.ts';
import { makeCage } from './canary.ts';
import { acceptedOf, judge } from './judged-inputs.ts';
import { type Directive, readDirectives } from './nginx-words.ts';
import { draw, rounds } from './rounds.ts';

const cage = makeCage();
const root = mkdtempSync(join(tmpdir(), 'fuzz-site-'));
after(() => rmSync(root, { recursive: true, force: true }));
for (const name of ['log', 'bluegreen', 'tls']) mkdirSync(join(root, name));

const inputNames = ['server-name', 'max-body-size', 'proxy-timeout', 'app', 'tls-certificate'] as const;
const pools = new Map(inputNames.map(name => [name, acceptedOf(name)]));
const isTls = draw(fc.boolean(), 'tls');

interface Site {
  readonly inputs: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** Accepted values of every input that stands in nginx's configuration, each site at a port of its own. */
function siteOf(round: number): Site {
  const pick = (name: (typeof inputNames)[number]): string => {
    const pool = pools.get(name) ?? [];
    return pool[round % pool.length] ?? '';
  };
  const certificate = `${root}/tls/${round}${pick('tls-certificate')
    .slice(0, 200)
    .replace(/\.{1,2}(?=\/|$)/g, 'x')}.pem`;
  const inputs = {
    ...Object.fromEntries(inputNames.slice(0, 3).map(name => [name, pick(name)])),
    app: `${pick('app').slice(0, 20)}-${round}`.replace(/^([^a-z])/, 'a$1'),
    listen: String(10_000 + (round % 50_000)),
    'blue-port': '1024',
    'green-port': '1025',
    ...(isTls[round] === true && { 'tls-certificate': certificate, 'tls-key': `${certificate}.key` }),
  };
  const verdict = judge(inputs);
  assert.ok(verdict.kind === 'accepted', JSON.stringify(verdict));
  const parameters = Object.entries(hostParameters(verdict.config, 'localhost'));
  return { inputs, words: parameters.map(([key, value]) => quote(`${key}=${value}`)) };
}

const sites = Array.from({ length: rounds }, (_, round) => siteOf(round));
/** One name of 64 KiB is nginx's limit, not ours. */
const head = `error_log stderr; pid ${root}/pid; events { worker_connections 90000; } http { access_log off; client_body_temp_path ${root}/log;
  server_names_hash_max_size 99999; server_names_hash_bucket_size 8192; variables_hash_max_size 99999; map_hash_bucket_size 512;`;

/** nginx is asked for its version alone, twice a site: a function is quicker. */
const writeAll = `set -eu; LC_ALL=C; . ${functionsFile}; nginx() { echo 'nginx version: nginx/1.22.1' >&2; }
write_one() { read_parameters "$@"; lay_out; nginx_facts=${root}/facts; site_conf_text; printf '\\0'; live_conf_text blue; printf '\\0'; }\n`;

interface Written {
  readonly site: string;
  readonly live: string;
}

async function write(shell: HostShell, count: number): Promise<readonly Written[]> {
  writeFileSync(join(root, 'facts'), '');
  const some = sites.slice(0, count);
  const script = some.map(({ words }) => `( write_one ${words.join(' ')} )\n`).join('');
  const output = await runCaged(shell, cage, writeAll + script);
  const texts = output.toString().split('\0');
  assert.equal(texts.length, 2 * count + 1);
  return some.map((_, index) => ({ site: texts[2 * index] ?? '', live: texts[2 * index + 1] ?? '' }));
}

/** The words of each directive of this name in a server block. */
const wordsOf = (directives: readonly Directive[], name: string): readonly (readonly string[])[] =>
  directives.filter(({ words }) => words[0] === name).map(({ words }) => words.slice(1));

/** The text is a here-document in all of them: one shell writes all sites, the others a tenth. */
const [first = assert.fail()] = shells;
const allWritten = write(first, rounds);

for (const shell of shells) {
  test(`${shell.name}: every accepted value stands in its own directive of nginx, and no value makes another`, {
    skip: whyNoNginx ?? false,
  }, async () => {
    const counts = new Map<string, Set<number>>();
    for (const [index, { site }] of (
      await (shell === first ? allWritten : write(shell, rounds / 10))
    ).entries()) {
      const { inputs } = sites[index] ?? assert.fail();
      const directives = readDirectives(site);
      const names = inputs['server-name']?.split(' ');
      assert.deepEqual(wordsOf(directives, 'server_name'), [names]);
      assert.deepEqual(wordsOf(directives, 'client_max_body_size'), [[inputs['max-body-size']]]);
      assert.deepEqual(wordsOf(directives, 'proxy_read_timeout'), Array(2).fill([inputs['proxy-timeout']]));
      const certificate = inputs['tls-certificate'];
      assert.deepEqual(
        wordsOf(directives, 'ssl_certificate'),
        certificate === undefined ? [] : [[certificate]],
      );
      const kind = certificate === undefined ? 'plain' : 'tls';
      counts.set(kind, (counts.get(kind) ?? new Set()).add(directives.length));
    }
    assert.deepEqual([...counts].map(([kind, seen]) => [kind, seen.size]).toSorted(), [
      ['plain', 1],
      ['tls', 1],
    ]);
    cage.assertQuiet();
  });
}

test('nginx itself accepts every site that accepted values make', { skip: whyNoNginx ?? false }, async () => {
  const written = await allWritten;
  const certificate = makeCertificate();
  for (let begin = 0; begin < sites.length; begin += 50) {
    const some = written.slice(begin, begin + 50).map(({ site, live }, index) => {
      const { inputs } = sites[begin + index] ?? assert.fail();
      for (const name of ['tls-certificate', 'tls-key']) {
        const path = inputs[name];
        if (path === undefined) continue;
        mkdirSync(dirname(path), { recursive: true });
        copyFileSync(certificate[name === 'tls-key' ? 'key' : 'pem'], path);
      }
      mkdirSync(join(root, 'bluegreen', inputs.app ?? ''), { recursive: true });
      writeFileSync(join(root, 'bluegreen', inputs.app ?? '', 'live.conf'), inRoot(live));
      return inRoot(site);
    });
    const file = join(root, 'nginx.conf');
    writeFileSync(file, `${head}\n${some.join('\n')}\n}`);
    const { status, stderr } = spawnSync('nginx', ['-t', '-p', root, '-c', file], {
      encoding: 'utf8',
      env: { PATH: nginxPath },
    });
    assert.equal(
      status,
      0,
      stderr
        .split('\n')
        .filter(line => !line.includes('[warn]'))
        .join('\n'),
    );
  }
});

const inRoot = (text: string): string =>
  text.replaceAll('/etc/nginx/bluegreen', `${root}/bluegreen`).replaceAll('/var/log/nginx', `${root}/log`);

function makeCertificate(): { readonly key: string; readonly pem: string } {
  const [key, pem] = [join(root, 'x.key'), join(root, 'x.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-subj', '/CN=x', '-keyout', key, '-out', pem], {
    stdio: 'ignore',
  });
  return { key, pem };
}
