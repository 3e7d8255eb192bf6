import { setTimeout as sleep } from 'node:timers/promises';
import { buildJar } from '../sandbox/app/build.ts';
import type { SandboxHost } from '../sandbox/host.ts';
import { startLoad } from '../sandbox/load/load.ts';
import type { LoadResult } from '../sandbox/load/result.ts';
import { deploy, run } from './action.ts';
import { withHost } from './host.ts';
import type { Section } from './report.ts';
import { ms } from './statistics.ts';
import {
  emptyTrafficLog,
  type Logged,
  limitCrossedAt,
  medianBefore,
  readTrafficLog,
  servedBetween,
} from './traffic-log.ts';

const WAYS = ['errors', 'slow', 'exit', 'unhealthy'] as const;
const BOUND_MS = 2000;
/** The new connections come at a steady rate, however slow the answers are: they show when the way is back. */
const LOAD = { connections: 32, rate: 300, newPerSecond: 20, seconds: 120 } as const;

interface Measured {
  readonly way: (typeof WAYS)[number];
  readonly runner: 'alive' | 'killed';
  readonly outcome: string;
  /** When the app turned bad, was over a limit of the log's, and got its last request; ms since 1970. */
  readonly turnedAt: number;
  readonly crossedAt: number;
  readonly backAt: number;
  readonly load: LoadResult;
}

/** How soon a release that turns bad after the switch is left again, with the runner and without it. */
export async function measureBake(): Promise<Section> {
  const measured = await withHost({}, measureAll);
  return {
    title: 'A release that turns bad after the switch',
    method:
      "The new release turns bad 3 s after its first request: every answer is a 500; every answer takes 3 s; the process ends; health says no. `bake-time: 20s`, 300 requests a second on 32 connections, and 20 new connections a second. In half of the runs the runner is killed (SIGKILL) as soon as the switch is done. The moment a limit is crossed is worked out from the host's per-request log: for errors, more than 1 % of at least 20 requests; for slowness, a median over 5 s of more than three times the old one and 500 ms more; for the others it is the moment the app turned bad. The way back is over when the last client's request went to the new release.",
    columns: [
      'Turns bad',
      'Runner',
      'Outcome',
      'Limit crossed after',
      'From there to the old release',
      'Requests',
      'Failed',
    ],
    rows: measured.map(one => [
      one.way,
      one.runner,
      one.outcome,
      one.crossedAt === one.turnedAt ? '-' : ms(one.crossedAt - one.turnedAt),
      ms(one.backAt - one.crossedAt),
      one.load.requests,
      one.load.failed,
    ]),
    meaning: `From the moment a limit is crossed the old release serves again within ${ms(Math.max(...measured.map(({ crossedAt, backAt }) => backAt - crossedAt)))} (bound ${ms(BOUND_MS)}). Failed requests are the 500s of the bad release itself, and what it held when it ended.`,
    missed: measured.flatMap(({ way, runner, crossedAt, backAt }) =>
      backAt - crossedAt < BOUND_MS
        ? []
        : [`${way}, runner ${runner}: back after ${ms(backAt - crossedAt)}, not under ${ms(BOUND_MS)}`],
    ),
  };
}

async function measureAll(host: SandboxHost): Promise<readonly Measured[]> {
  await deploy(host, await buildJar({ version: '1' }));
  const measured: Measured[] = [];
  for (const way of WAYS)
    for (const runner of ['alive', 'killed'] as const) measured.push(await measureOne(host, way, runner));
  return measured;
}

/** Blue, with version 1, is live before and after. */
async function measureOne(
  host: SandboxHost,
  way: Measured['way'],
  runner: Measured['runner'],
): Promise<Measured> {
  const load = await startLoad(`http://${host.address}/`, LOAD);
  try {
    await emptyTrafficLog(host);
    const outcome = await deployBadly(host, way, runner);
    await awaitBlue(host);
    await sleep(1500);
    return { way, runner, outcome, ...(await readMoments(host, way)), load: await load.stop() };
  } finally {
    await load.stop();
  }
}

async function deployBadly(
  host: SandboxHost,
  way: Measured['way'],
  runner: Measured['runner'],
): Promise<string> {
  let pid = 0;
  const { outputs, log } = await run(
    host,
    await buildJar({ version: '2' }),
    { env: `SAMPLE_TURN_BAD=${way}`, 'bake-time': '20s' },
    {
      onStart: started => {
        pid = started;
      },
      onLine: line => {
        if (runner === 'killed' && line.startsWith('::group::bake')) process.kill(pid, 'SIGKILL');
      },
    },
  );
  if (runner === 'killed') {
    if (!log.includes('::group::bake')) throw new Error(`the run ended before its bake:\n${log}`);
    return 'taken back by the host';
  }
  if (outputs.outcome !== 'reverted' || outputs.reason !== 'bake-failed')
    throw new Error(`not reverted by the bake:\n${log}`);
  return '`reverted`, `bake-failed`';
}

/** Waits, at most 30 s, until the switch points at blue again and nothing of the transaction is open. */
async function awaitBlue(host: SandboxHost): Promise<void> {
  await host.sh(`tries=0
while [ -e /etc/nginx/bluegreen/shop/green ] || [ -e /etc/nginx/bluegreen/shop/measuring ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 150 ] || { echo 'the switch was not taken back' >&2; exit 1; }
  sleep 0.2
done
curl -sSf http://127.0.0.1/version | grep -qx 1`);
}

async function readMoments(
  host: SandboxHost,
  way: Measured['way'],
): Promise<Pick<Measured, 'turnedAt' | 'crossedAt' | 'backAt'>> {
  const log = await readTrafficLog(host);
  const served = servedBetween(log, 'shop-green');
  if (served === undefined) throw new Error('no request went to the new release');
  const said = await host.sh(
    `journalctl -q -o cat -u bluegreen-shop@green | sed -n 's/ .*turning bad: ${way}$//p' | tail -n 1`,
  );
  const turnedAt = Date.parse(said.trim());
  if (!(turnedAt > served.first)) throw new Error(`the app did not turn bad: '${said.trim()}'`);
  return { turnedAt, crossedAt: crossing(log, way, served.first) ?? turnedAt, backAt: served.last };
}

function crossing(log: readonly Logged[], way: Measured['way'], switchedAt: number): number | undefined {
  if (way === 'exit' || way === 'unhealthy') return undefined;
  const oldMedianMs = medianBefore(log, '127.0.0.1:8081', switchedAt);
  const crossedAt = limitCrossedAt(log, { address: '127.0.0.1:8082', maxErrorShare: 0.01, oldMedianMs });
  if (crossedAt === undefined) throw new Error(`no limit was crossed by ${way}`);
  return crossedAt;
}
