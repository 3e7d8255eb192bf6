import { setTimeout as sleep } from 'node:timers/promises';
import { buildJar } from '../sandbox/app/build.ts';
import type { SandboxHost } from '../sandbox/host.ts';
import { startLoad } from '../sandbox/load/load.ts';
import type { LoadResult } from '../sandbox/load/result.ts';
import { keepAccessLog, type Logged, loggedSince, readLog } from './access-log.ts';
import { JAVA_OPTS } from './action.ts';
import { awaitAnswer, copyTo, withHost } from './host.ts';
import { installPlainSite } from './plain-site.ts';
import type { Section } from './report.ts';
import { countResets, type Resets, readResets, resetsSince } from './resets.ts';
import { sum } from './statistics.ts';

const PORT = 8081;
const ROUNDS = 8;
const RELOADS = 5;

/** One loss made on purpose, as each instrument saw it. */
interface Observation {
  readonly loss: string;
  readonly load: LoadResult;
  readonly logged: Logged;
  readonly resets: Resets;
}

/** Makes losses on purpose and compares who saw them: before a count of zero can mean anything. */
export async function measureLoss(): Promise<Section> {
  const observations = await withHost({}, async host => {
    await startApp(host);
    await countResets(host);
    return [...(await reloadUntilLoss(host)), await observe(host, 'the only app killed', killApp)];
  });
  const lost = sum(observations.map(({ load }) => dropped(load)));
  const badGateways = sum(observations.map(({ load }) => load.byStatus[502] ?? 0));
  return {
    title: 'Do the instruments see a loss?',
    method: `64 keep-alive connections, every 4th request a POST of 4 KB, as fast as answers come. Rounds of ${RELOADS} plain \`nginx -s reload\` until a request was lost (at most ${ROUNDS} rounds), then the only app is killed. Requests and failures are the load generator's, resets to clients netfilter's, \`TcpOutRsts\` the kernel's, the rest nginx's access log.`,
    columns: [
      'Loss',
      'Requests',
      'Reset or closed',
      'Resets to clients',
      'Logged as cut short',
      'TcpOutRsts',
      'of these on the loopback',
      '502 received',
      '502 logged',
      'Requests logged',
    ],
    rows: observations.map(({ loss, load, logged, resets }) => [
      loss,
      load.requests,
      dropped(load),
      resets.toClients,
      logged.cutShort,
      resets.outRsts,
      resets.onLoopback,
      load.byStatus[502] ?? 0,
      logged.badGateways,
      logged.requests,
    ]),
    meaning: `The load generator counted ${lost} dropped requests and ${badGateways.toLocaleString('en')} answers of 502. Each request that a reload dropped is one reset sent by the host and is not in nginx's log; each 502 is one line there. An answer cut short (the app died within it) ends without a reset and is logged as 200. Kept connections that nginx closes with no request on them end without a reset. Resets on the loopback are the app's port, to nginx.`,
    missed: [
      ...observations.flatMap(disagreements),
      ...(lost > 0 ? [] : [`no request was lost in ${ROUNDS} rounds of ${RELOADS} reloads`]),
      ...(badGateways > 0 ? [] : ['no 502 came from the killed app']),
    ],
  };
}

async function startApp(host: SandboxHost): Promise<void> {
  await copyTo(host, await buildJar({ version: '1' }), '/srv/app.jar');
  await host.sh(`systemd-run -q --unit=bench-app java ${JAVA_OPTS} -jar /srv/app.jar --server.port=${PORT}`);
  await installPlainSite(host, PORT);
  await keepAccessLog(host);
  await awaitAnswer(host, 'http://127.0.0.1/');
}

async function reloadUntilLoss(host: SandboxHost): Promise<readonly Observation[]> {
  const rounds: Observation[] = [];
  while (rounds.length < ROUNDS && rounds.every(({ load }) => dropped(load) === 0)) {
    rounds.push(
      await observe(host, `${RELOADS} reloads`, async () => {
        for (let count = 0; count < RELOADS; count++) {
          await host.sh('nginx -s reload');
          await sleep(400);
        }
      }),
    );
  }
  return rounds;
}

async function killApp(host: SandboxHost): Promise<void> {
  await host.sh('systemctl kill --signal=KILL bench-app.service');
  await sleep(1000);
}

/** Puts load on the host while the loss is made, and reads every instrument before and after. */
async function observe(
  host: SandboxHost,
  loss: string,
  make: (host: SandboxHost) => Promise<void>,
): Promise<Observation> {
  const resetsBefore = await readResets(host);
  const loggedBefore = await readLog(host);
  const load = await startLoad(`http://${host.address}/`, { rate: 'max', postEvery: 4, seconds: 60 });
  try {
    await sleep(1500);
    await make(host);
    await sleep(500);
  } finally {
    await load.stop();
  }
  // nginx writes a request's line when it is done with it, a moment after the client is.
  await sleep(500);
  return {
    loss,
    load: await load.finished,
    logged: loggedSince(loggedBefore, await readLog(host)),
    resets: resetsSince(resetsBefore, await readResets(host)),
  };
}

/** Requests whose connection ended under them. */
function dropped(load: LoadResult): number {
  return (load.failures.reset ?? 0) + (load.failures.closed ?? 0);
}

/** Every equation that must hold and does not. */
function disagreements({ loss, load, logged, resets }: Observation): readonly string[] {
  const equations: readonly (readonly [string, number, number])[] = [
    [
      'dropped requests and resets to clients or logged as cut',
      dropped(load),
      resets.toClients + logged.cutShort,
    ],
    ['resets by netfilter and TcpOutRsts', resets.toClients + resets.onLoopback, resets.outRsts],
    ['502 received and logged', load.byStatus[502] ?? 0, logged.badGateways],
    ['requests and those logged or reset', load.requests, logged.requests + dropped(load) - logged.cutShort],
    ['failures and those dropped or 502', load.failed, dropped(load) + (load.byStatus[502] ?? 0)],
  ];
  return equations.flatMap(([what, one, other]) =>
    one === other ? [] : [`${loss}: ${what} differ, ${one} and ${other}`],
  );
}
