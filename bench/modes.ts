import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxHost } from '../sandbox/host.ts';
import { startLoad } from '../sandbox/load/load.ts';
import type { LoadOptions } from '../sandbox/load/options.ts';
import type { LoadResult } from '../sandbox/load/result.ts';
import { buildAlternating, deploy, JAVA_OPTS, jarAt } from './action.ts';
import { copyTo, withHost } from './host.ts';
import { installPlainSite } from './plain-site.ts';
import type { Section } from './report.ts';
import { countResets, type Resets, readResets, resetsSince } from './resets.ts';
import { addUp, ms, sum, writeCounts } from './statistics.ts';

/** Deploys under one run of load, and the longest such a run may take. */
const BATCH = 10;
const BATCH_SECONDS = 600;
const LOAD: Partial<LoadOptions> = {
  connections: 64,
  rate: 'max',
  postEvery: 4,
  slow: 8,
  slowMs: 5000,
  newPerSecond: 16,
  seconds: BATCH_SECONDS,
};

/** A way of deploying: what makes the first release, and then each further one. */
interface Mode {
  readonly name: string;
  readonly prepare: (host: SandboxHost, jars: readonly string[]) => Promise<void>;
  readonly deploy: (host: SandboxHost, jars: readonly string[], turn: number) => Promise<void>;
}

interface Measured {
  readonly mode: string;
  readonly loads: readonly LoadResult[];
  readonly resets: Resets;
}

const byAction = (name: 'instant' | 'reload'): Mode => ({
  name: `\`${name}\``,
  prepare: async (host, jars) => {
    await deploy(host, jarAt(jars, 0), { switch: name });
  },
  deploy: async (host, jars, turn) => {
    await deploy(host, jarAt(jars, turn), { switch: name });
  },
});

const plain: Mode = {
  name: 'plain script',
  prepare: async (host, jars) => {
    for (const [index, jar] of jars.entries()) await copyTo(host, jar, `/srv/plain/${index}.jar`);
    await copyTo(host, new URL('plain-deploy.sh', import.meta.url).pathname, '/srv/plain/deploy.sh');
    await installPlainSite(host, 8081);
    await deployPlainly(host, jars, 0);
  },
  deploy: deployPlainly,
};

async function deployPlainly(host: SandboxHost, jars: readonly string[], turn: number): Promise<void> {
  await host.sh(
    `export JAVA_OPTS='${JAVA_OPTS}'; sh /srv/plain/deploy.sh /srv/plain/${turn % jars.length}.jar`,
  );
}

/** Deploys again and again under load, in three ways; the action's default must not lose a request. */
export async function measureModes(deploys: number): Promise<Section> {
  const measured: Measured[] = [];
  for (const mode of [byAction('instant'), byAction('reload'), plain]) {
    measured.push(await withHost({}, host => measureMode(mode, host, deploys)));
  }
  const failures = measured.map(({ loads }) => sum(loads.map(({ failed }) => failed)));
  const [instant = 0, reload = 0, byScript = 0] = failures;
  return {
    title: 'Requests lost by a deploy',
    method: `${deploys} deploys each, under 64 keep-alive connections (every 4th request a POST of 4 KB) that send as fast as answers come, 8 requests of 5 s in flight at any time, and 16 new connections a second. Runs of load cover ${BATCH} deploys each. \`TcpOutRsts\` is the kernel's count on the host; resets to clients and on the loopback (a health probe before the app listens is one) are counted by netfilter. The plain script starts the new jar on the idle port, waits until it is healthy, rewrites nginx's include, runs \`nginx -s reload\` and stops the old app.`,
    columns: [
      'Mode',
      'Deploys',
      'Requests',
      'Failed',
      'By kind',
      'By sort',
      'Longest gap',
      'TcpOutRsts',
      'Resets to clients',
      'Resets on the loopback',
    ],
    rows: measured.map(one => describe(one, deploys)),
    meaning: `Over ${deploys} deploys each, \`instant\` broke ${instant} requests, \`reload\` ${reload.toLocaleString('en')}, the plain script ${byScript.toLocaleString('en')}.`,
    missed: instant === 0 ? [] : [`${instant} requests failed in the mode \`instant\``],
  };
}

async function measureMode(mode: Mode, host: SandboxHost, deploys: number): Promise<Measured> {
  const jars = await buildAlternating();
  await mode.prepare(host, jars);
  await countResets(host);
  const before = await readResets(host);
  const loads: LoadResult[] = [];
  for (let done = 0; done < deploys; done += BATCH) {
    const load = await startLoad(`http://${host.address}/`, LOAD);
    try {
      await sleep(1000);
      for (let turn = done + 1; turn <= Math.min(done + BATCH, deploys); turn++) {
        await mode.deploy(host, jars, turn);
        await sleep(1000);
      }
    } finally {
      loads.push(await load.stop());
    }
  }
  if (loads.some(({ seconds }) => seconds > BATCH_SECONDS))
    throw new Error(`${mode.name}: the load ended early`);
  for (const { samples } of loads)
    for (const sample of samples) console.error(mode.name, JSON.stringify(sample));
  return { mode: mode.name, loads, resets: resetsSince(before, await readResets(host)) };
}

function describe({ mode, loads, resets }: Measured, deploys: number): Section['rows'][number] {
  const parts = ['gets', 'posts', 'fresh', 'slow'] as const;
  const bySort = parts.flatMap(part => {
    const failed = sum(loads.map(load => load[part].failed));
    return failed === 0 ? [] : [[part, failed] as const];
  });
  return [
    mode,
    deploys,
    sum(loads.map(({ requests }) => requests)),
    sum(loads.map(({ failed }) => failed)),
    writeCounts(addUp(loads.map(({ failures }) => ({ ...failures })))),
    writeCounts(Object.fromEntries(bySort)),
    ms(Math.max(...loads.map(({ longestGapMs }) => longestGapMs))),
    resets.outRsts,
    resets.toClients,
    resets.onLoopback,
  ];
}
