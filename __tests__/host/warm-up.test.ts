import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HostShell, runHost, runHostBeside, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Answers request number `turn`, from 1: its status, or nothing at all. */
type Answer = (turn: number, request: IncomingMessage) => Promise<number | 'nothing'> | number | 'nothing';

interface Warmed {
  readonly status: number | null;
  readonly stdout: string;
  readonly facts: Readonly<Record<string, string>>;
  /** Requests of the warm-up, without the health probe. */
  readonly requests: readonly IncomingMessage[];
  readonly connections: number;
}

/** Warms up a real HTTP server; `script` runs before and may replace what needs a unit or a lock. */
async function warmUp(
  t: TestContext,
  shell: HostShell,
  paths: string,
  count: number,
  answer: Answer,
  script = '',
): Promise<Warmed> {
  const requests: IncomingMessage[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    if (request.url === '/health') return response.end('{"status":"UP"}');
    const status = await answer(requests.push(request), request);
    if (status === 'nothing') return request.socket.destroy();
    response.writeHead(status).end('x'.repeat(5000));
    return undefined;
  });
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const words = [temporaryFolder(t), String(port), paths, String(count)];
  const ended = await runHostBeside(
    shell,
    `scratch=$1 adopted=$1/adopted blue_port=$2 warm_up_paths=$3 warm_up_requests=$4 color=blue health_path=/health listen=80
    server_name=shop.example tls_certificate=/etc/ssl/a
    is_running() { true; }
    is_abandoned() { false; }
    give_up() { echo "gave up: $*"; exit 9; }
    ${script}
    warm_up`,
    words,
  );
  assert.equal(ended.stderr, '');
  const facts = Object.fromEntries(
    [...ended.stdout.matchAll(/^@([a-z0-9-]+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]),
  );
  return { status: ended.status, stdout: ended.stdout, facts, requests, connections };
}

/** has_settled over answers that took so many microseconds, in order. */
function hasSettled(t: TestContext, shell: HostShell, latencies: readonly number[]): boolean {
  const log = latencies.map(one => `${one} 200 /\n`).join('');
  const script =
    'scratch=$1 warm_up_log=$1/log; cat >"$warm_up_log"; if has_settled; then echo yes; else echo no; fi';
  const { stdout } = runHost(shell, script, [temporaryFolder(t)], log);
  assert.match(stdout, /^(yes|no)\n$/);
  return stdout === 'yes\n';
}

const times = (count: number, value: number): readonly number[] => Array.from({ length: count }, () => value);

for (const shell of shells) {
  test(`${shell.name}: the paths are asked by turns, as clients would ask, on few kept-alive connections`, async t => {
    const paths = ['/', '/a?q=%20&x=*', "/it's/$HOME/../(x)"];
    const { status, facts, requests, connections } = await warmUp(t, shell, paths.join(' '), 60, () => 200);
    assert.equal(status, 0);
    assert.ok(requests.length >= 60 && requests.length <= 600);
    assert.equal(facts['warm-up-requests'], String(requests.length));
    const first = requests.slice(0, 60).map(({ url }) => url);
    for (const path of paths) assert.equal(first.filter(one => one === path).length, 20, path);
    assert.ok(connections - 1 <= requests.length / 5, `${connections} connections`);
    for (const { headers } of requests) {
      assert.equal(headers.host, 'shop.example');
      assert.equal(headers['x-forwarded-proto'], 'https');
      assert.equal(headers['user-agent'], 'nginx-bluegreen');
    }
    assert.equal(facts['warm-up-failed'], '0');
    assert.equal(facts.finding, undefined);
    for (const name of ['first', 'last', 'p99', 'ms']) assert.match(facts[`warm-up-${name}`] ?? '', /^\d+$/);
    assert.match(facts['warm-up-settled'] ?? '', /^(yes|no)$/);
  });

  test(`${shell.name}: a cold start shows: first, last and p99 in microseconds, and it goes on until the latency settles`, async t => {
    const answer: Answer = async turn => {
      await sleep(turn <= 40 ? 800 - 18 * turn : 10);
      return 200;
    };
    const { facts } = await warmUp(t, shell, '/', 40, answer);
    assert.ok(Number(facts['warm-up-requests']) > 40, 'at 40 the latency still fell');
    assert.ok(Number(facts['warm-up-first']) > 250_000);
    assert.ok(Number(facts['warm-up-last']) >= 9000);
    assert.ok(Number(facts['warm-up-last']) < Number(facts['warm-up-first']));
    assert.ok(Number(facts['warm-up-p99']) > 250_000);
    assert.ok(Number(facts['warm-up-ms']) > 500);
  });

  test(`${shell.name}: a path that answers 404 is a finding with its count and an example, not a failure`, async t => {
    const { status, facts, requests } = await warmUp(t, shell, '/ /nope', 40, (_turn, { url }) =>
      url === '/nope' ? 404 : 200,
    );
    const wrong = requests.filter(({ url }) => url === '/nope').length;
    assert.equal(status, 0);
    assert.equal(facts['warm-up-failed'], String(wrong));
    assert.equal(
      facts.finding,
      `${wrong} of ${requests.length} warm-up requests failed: /nope answered 404. Look at warm-up-paths.`,
    );
  });

  test(`${shell.name}: requests without an answer are counted as failed and have no latency`, async t => {
    const { status, facts } = await warmUp(t, shell, '/gone', 20, () => 'nothing');
    assert.equal(status, 0);
    assert.ok(Number(facts['warm-up-failed']) > 0);
    assert.equal(facts['warm-up-failed'], facts['warm-up-requests']);
    assert.match(facts.finding ?? '', /warm-up requests failed: \/gone was not answered\./);
    assert.equal(facts['warm-up-settled'], 'no');
    assert.equal(facts['warm-up-last'], undefined);
  });

  test(`${shell.name}: a latency that never settles ends it at 10 times the requests, or when the time is over`, async t => {
    const never = 'has_settled() { return 1; };';
    const all = await warmUp(t, shell, '/', 7, () => 200, never);
    assert.deepEqual([all.facts['warm-up-requests'], all.facts['warm-up-settled']], ['70', 'no']);
    const slow: Answer = async () => {
      await sleep(100);
      return 200;
    };
    const cut = await warmUp(t, shell, '/', 100_000, slow, 'warm_up_limit=900');
    assert.equal(cut.status, 0);
    assert.ok(Number(cut.facts['warm-up-requests']) < 1000);
    assert.ok(Number(cut.facts['warm-up-ms']) >= 900);
    assert.equal(cut.facts['warm-up-settled'], 'no');
  });

  test(`${shell.name}: an app that ended, a run that is gone and a release that is not healthy any more end it`, async t => {
    const cases = [
      ['is_running() { false; }', 'gave up: start-failed'],
      ['is_abandoned() { true; }', 'gave up: link-lost'],
      ['health_path=/sick', 'gave up: unhealthy after its warm-up'],
    ] as const;
    for (const [script, said] of cases) {
      const sick: Answer = (_turn, { url }) => (url === '/sick' ? 503 : 200);
      const { status, stdout } = await warmUp(t, shell, '/', 20, sick, script);
      assert.equal(status, 9, script);
      assert.ok(stdout.endsWith(`${said}\n`), stdout);
    }
  });

  test(`${shell.name}: the clients do not hold the stage's lock`, async t => {
    const lock = join(temporaryFolder(t), 'stage-lock');
    let looks = 0;
    const look: Answer = () => {
      looks++;
      assert.deepEqual(
        holders(lock).filter(name => /curl|timeout/.test(name)),
        [],
      );
      return 200;
    };
    const { status } = await warmUp(t, shell, '/', 8, look, `exec 8>>${lock}`);
    assert.deepEqual([status, looks >= 8], [0, true]);
  });

  test(`${shell.name}: settled is a last tenth whose median is not a tenth lower than that of the tenth before`, t => {
    const settled = (latencies: readonly number[]) => hasSettled(t, shell, latencies);
    assert.equal(settled([...times(80, 50_000), ...times(10, 2000), ...times(10, 2000)]), true);
    assert.equal(settled([...times(80, 50_000), ...times(10, 2000), ...times(10, 1801)]), true);
    assert.equal(settled([...times(80, 50_000), ...times(10, 2000), ...times(10, 1799)]), false);
    assert.equal(settled([...times(80, 50_000), ...times(10, 2000), ...times(10, 9000)]), true, 'rising');
    assert.equal(
      settled([...times(80, 50_000), ...times(10, 300), ...times(10, 200)]),
      true,
      'within 0.1 ms',
    );
    assert.equal(settled([...times(90, 2000), ...times(6, 2000), ...times(4, 90_000)]), true, 'outliers');
    assert.equal(settled(times(9, 2000)), false, 'too few to tell');
  });
}

/** Names of the processes that have the file open. */
function holders(file: string): readonly string[] {
  return readdirSync('/proc').flatMap(pid => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const isHolder = readdirSync(`/proc/${pid}/fd`).some(
        descriptor => readlinkSync(`/proc/${pid}/fd/${descriptor}`) === file,
      );
      return isHolder ? [readlinkSync(`/proc/${pid}/exe`)] : [];
    } catch {
      return [];
    }
  });
}
