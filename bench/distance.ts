import { buildFatJar } from '../sandbox/app/fat-jar.ts';
import { openDistance } from '../sandbox/distance.ts';
import type { SandboxHost } from '../sandbox/host.ts';
import { byAction } from './distance/by-action.ts';
import { byAnsible } from './distance/by-ansible.ts';
import { byRsync, byScp } from './distance/by-script.ts';
import { measureDeploy } from './distance/measure-deploy.ts';
import { type Deployed, ROUND_TRIPS } from './distance/results.ts';
import { describeDistance } from './distance/section.ts';
import { type FarWay, WAYS, type WayName } from './distance/way.ts';
import { withHost } from './host.ts';
import type { Section } from './report.ts';

const HOW: Readonly<Record<WayName, FarWay>> = {
  action: byAction,
  rsync: byRsync,
  scp: byScp,
  ansible: byAnsible,
};

/** The action against other ways of deploying, to a host that is near and to one that is far away. */
export async function measureDistance(rounds: number): Promise<Section> {
  return describeDistance(rounds, await withHost({}, host => measureRounds(host, rounds)));
}

async function measureRounds(host: SandboxHost, rounds: number): Promise<readonly Deployed[]> {
  const jar = async (turn: number) => {
    const version = `far-${turn}`;
    return { version, path: await buildFatJar({ version, rebuilt: turn }) };
  };
  const [own, ...others] = WAYS;
  // The action comes first: where the tutorials' set-up serves alone, it asks for `setup` to take that over.
  for (const ways of [[own], others]) {
    for (const way of ways) await HOW[way].prepare(host);
    // The first makes the live release; the second leaves what a host has that is deployed to again and again.
    for (const turn of [0, 1]) await deployAll(host, ways, (await jar(turn)).path);
  }
  const deploys: Deployed[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [far, rttMs] of ROUND_TRIPS.entries()) {
      const next = await jar(2 + round * ROUND_TRIPS.length + far);
      const first = (round + far) % WAYS.length;
      for (const way of [...WAYS.slice(first), ...WAYS.slice(0, first)]) {
        const { told, ...seen } = await measureDeploy(host, HOW[way], next, rttMs);
        deploys.push({ way, rttMs, round, ...seen });
        console.error(`${JSON.stringify(deploys.at(-1))} ${told ?? ''}`);
      }
    }
  }
  return deploys;
}

/** One deploy in each of these ways, all at once, with no distance. */
async function deployAll(host: SandboxHost, ways: readonly WayName[], jar: string): Promise<void> {
  const near = await openDistance({ address: host.address, port: 22, delayMs: 0 });
  try {
    await Promise.all(ways.map(way => HOW[way].deploy({ host, sshPort: near.port, jar })));
  } finally {
    await near.close();
  }
}
