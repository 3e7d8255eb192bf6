import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxHost } from '../sandbox/host.ts';
import { startLoad } from '../sandbox/load/load.ts';
import type { LoadResult } from '../sandbox/load/result.ts';
import { buildAlternating, deploy, jarAt } from './action.ts';
import { withHost } from './host.ts';
import type { Section } from './report.ts';
import { countResets, type Resets, readResets, resetsSince } from './resets.ts';
import { ms, sum } from './statistics.ts';

/** Deploys under one run of load, and the longest such a run may take. */
const BATCH = 10;
const BATCH_SECONDS = 600;

/** Its nginx has the directive. */
const hostRelease = 'forky';

interface Measured {
  readonly setting: string;
  readonly runs: readonly LoadResult[];
  readonly resets: Resets;
}

/**
 * Deploys in reload mode on an nginx that has `keepalive_min_timeout`: with the deploy's own setting, and with
 * the directive switched off by the owner of the host, which the deploy respects.
 */
export async function measureKeepaliveMinTimeout(deploys: number): Promise<Section> {
  return await withHost({ release: hostRelease }, async host => {
    const version = (await host.sh('nginx -v 2>&1 | sed "s|.*nginx/||"')).trim();
    const jars = await buildAlternating();
    await countResets(host);
    const measured: Measured[] = [];
    for (const own of ['0', undefined]) {
      await chooseSetting(host, own);
      // The first makes the app, the second brings the setting into the workers that the third replaces.
      for (const turn of [0, 1]) await deploy(host, jarAt(jars, turn), { switch: 'reload' });
      measured.push(await measure(host, jars, deploys));
    }
    return describe(version, deploys, measured);
  });
}

function describe(version: string, deploys: number, measured: readonly Measured[]): Section {
  const [without = 0, withIt = 0] = measured.map(({ runs }) => sum(runs.map(({ failed }) => failed)));
  return {
    hostRelease,
    title: 'What `keepalive_min_timeout` saves of a reload',
    method: `${deploys} deploys each with \`switch: reload\` on nginx ${version}, under 64 keep-alive connections that send as fast as answers come, every 4th request a POST of 4 KB. Once the host's owner has switched \`keepalive_min_timeout\` off in the \`http\` block, which is nginx's default; once the deploy sets it. \`TcpOutRsts\` is the kernel's count on the host, resets to clients are counted by netfilter.`,
    columns: [
      '`keepalive_min_timeout`',
      'Deploys',
      'Requests',
      'Failed',
      'Longest gap',
      'Resets to clients',
      'TcpOutRsts',
    ],
    rows: measured.map(({ setting, runs, resets }) => [
      setting,
      deploys,
      sum(runs.map(({ requests }) => requests)),
      sum(runs.map(run => run.failed)),
      ms(Math.max(...runs.map(({ longestGapMs }) => longestGapMs))),
      resets.toClients,
      resets.outRsts,
    ]),
    meaning: `The same deploys broke ${without.toLocaleString('en')} requests without it and ${withIt.toLocaleString('en')} with it. A client that asks again later than 5 s after its last answer, just when nginx closes its connection, can still be reset.`,
    missed: [
      ...(withIt <= without / 10
        ? []
        : [`${withIt} requests failed with keepalive_min_timeout, ${without} without`]),
      ...(without > 0 ? [] : ['no request was lost without it, so nothing is shown']),
    ],
  };
}

/** Gives all of http the owner's value, or none. */
async function chooseSetting(host: SandboxHost, value: string | undefined): Promise<void> {
  const file = '/etc/nginx/conf.d/owner.conf';
  await host.sh(value === undefined ? `rm ${file}` : `echo 'keepalive_min_timeout ${value};' >${file}`);
}

async function measure(host: SandboxHost, jars: readonly string[], deploys: number): Promise<Measured> {
  const inForce = await host.sh("nginx -T 2>/dev/null | sed -n 's/^ *keepalive_min_timeout \\(.*\\);/\\1/p'");
  const before = await readResets(host);
  const runs: LoadResult[] = [];
  for (let done = 0; done < deploys; done += BATCH) {
    const load = await startLoad(`http://${host.address}/`, {
      connections: 64,
      rate: 'max',
      postEvery: 4,
      seconds: BATCH_SECONDS,
    });
    try {
      await sleep(1000);
      for (let turn = done; turn < Math.min(done + BATCH, deploys); turn++) {
        await deploy(host, jarAt(jars, turn), { switch: 'reload' });
      }
    } finally {
      runs.push(await load.stop());
    }
  }
  return { setting: inForce.trim(), runs, resets: resetsSince(before, await readResets(host)) };
}
