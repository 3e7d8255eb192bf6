import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxHost } from '../sandbox/host.ts';
import { startLoad } from '../sandbox/load/load.ts';
import type { LoadResult } from '../sandbox/load/result.ts';
import { buildAlternating } from './action.ts';
import { countLost, countOutlasted, FULL_LOAD, FULL_LOAD_TEXT } from './full-load.ts';
import { withHost } from './host.ts';
import type { Section } from './report.ts';
import { countResets, type Resets, readResets, resetsSince } from './resets.ts';
import { addUp, ms, sum, writeCounts } from './statistics.ts';
import { byAction, plainWay, type Way } from './ways.ts';

/** The plain way takes its time, so it gets fewer deploys. */
const PLAIN_SHARE = 0.15;
const REQUESTS_PER_DEPLOY = 6000;

interface Measured {
  readonly way: Way;
  readonly deploys: number;
  readonly loads: readonly LoadResult[];
  readonly outlasted: number;
  readonly resets: Resets;
}

/** Deploys again and again under load, in three ways; the action's default must not lose a request. */
export async function measureModes(deploys: number): Promise<Section> {
  const plainDeploys = Math.ceil(deploys * PLAIN_SHARE);
  const measure = (way: Way, count: number) => withHost({}, host => measureWay(way, host, count));
  const instant = await measure(byAction('instant'), deploys);
  const reload = await measure(byAction('reload'), deploys);
  const plain = await measure(plainWay, plainDeploys);
  const perDeploy = ({ loads, deploys: count }: Measured) => (countLost(loads).failed / count).toFixed(1);
  return {
    title: 'Requests lost by a deploy',
    method: `${deploys} deploys in a row in each switch mode (\`drain-timeout: 8s\`), ${plainDeploys} in the plain way, under ${FULL_LOAD_TEXT}. Nothing is sent twice; every request without a whole, right answer is a failure. A run of load covers up to ${byAction('instant').batch} deploys. Resets to clients and on the loopback (a health probe before the app listens is one) are counted by netfilter, \`TcpOutRsts\` by the kernel. The plain way is \`bench/plain-deploy.sh\`, as tutorials have it, with their server block (\`bench/plain-site.ts\`, which passes no WebSockets); ${plainWay.pauseMs / 1000} s lie between its deploys, since each kills the app before the last one whether or not requests are on it.`,
    columns: [
      'Way',
      'Deploys',
      'Requests',
      'Failed',
      'By kind',
      'By sort',
      'Slow requests cut',
      'Uploads lost',
      'Drains outlasted by an upload, at least',
      'WebSocket cuts',
      'Longest gap',
      'TcpOutRsts',
      'Resets to clients',
      'Resets on the loopback',
    ],
    rows: [instant, reload, plain].map(describe),
    meaning: `Failed requests a deploy: \`instant\` ${perDeploy(instant)}, \`reload\` ${perDeploy(reload)}, the plain way ${perDeploy(plain)}. A WebSocket lives as long as its app: it is waited for until the drain's end, then cut, and is no failure.`,
    missed: complain(instant),
  };
}

async function measureWay(way: Way, host: SandboxHost, deploys: number): Promise<Measured> {
  const jars = await buildAlternating();
  await way.prepare(host, jars);
  await countResets(host);
  const before = await readResets(host);
  const loads: LoadResult[] = [];
  let outlasted = 0;
  for (let done = 0; done < deploys; done += way.batch) {
    const last = Math.min(done + way.batch, deploys);
    const load = await startLoad(`http://${host.address}/`, { ...FULL_LOAD, webSockets: way.webSockets });
    try {
      await sleep(1000);
      for (let turn = done + 1; turn <= last; turn++) {
        await way.deploy(host, jars, turn);
        await sleep(way.pauseMs);
      }
    } finally {
      loads.push(await load.stop());
    }
    outlasted += sum(loads.slice(-1).map(result => countOutlasted(last - done, result)));
  }
  if (loads.some(({ seconds }) => seconds > FULL_LOAD.seconds))
    throw new Error(`${way.name}: the load ended early`);
  for (const { samples } of loads)
    for (const sample of samples) console.error(way.name, JSON.stringify(sample));
  return { way, deploys, loads, outlasted, resets: resetsSince(before, await readResets(host)) };
}

/** What the default mode must keep, and did not. */
function complain({ deploys, loads, outlasted }: Measured): readonly string[] {
  const { requests, failed, slow, uploads } = countLost(loads);
  const least = deploys * REQUESTS_PER_DEPLOY;
  return [
    ...(failed === 0 ? [] : [`${failed} requests failed in the mode \`instant\``]),
    ...(slow === 0 ? [] : [`${slow} slow requests were cut in the mode \`instant\``]),
    ...(uploads === 0 ? [] : [`${uploads} uploads were lost in the mode \`instant\``]),
    ...(requests >= least ? [] : [`only ${requests} requests were sent, not ${least}`]),
    ...(outlasted > 0 ? [] : ['no upload outlasted a drain']),
  ];
}

function describe({ way, deploys, loads, outlasted, resets }: Measured): Section['rows'][number] {
  const { requests, failed, slow, uploads } = countLost(loads);
  const sorts = ['gets', 'posts', 'fresh', 'slow', 'uploads', 'throttledUploads', 'webSockets'] as const;
  const bySort = sorts.map(sort => [sort, sum(loads.map(load => load[sort].failed))] as const);
  return [
    way.name,
    deploys,
    requests,
    failed,
    writeCounts(addUp(loads.map(({ failures }) => ({ ...failures })))),
    writeCounts(Object.fromEntries(bySort.filter(([, count]) => count > 0))),
    slow,
    uploads,
    way.drains ? outlasted : '-',
    way.webSockets > 0 ? sum(loads.map(load => load.webSockets.cuts)) : '-',
    ms(Math.max(...loads.map(({ longestGapMs }) => longestGapMs))),
    resets.outRsts,
    resets.toClients,
    resets.onLoopback,
  ];
}
