import { setTimeout as sleep } from 'node:timers/promises';
import { openDistance } from '../../sandbox/distance.ts';
import type { SandboxHost } from '../../sandbox/host.ts';
import { startLoad } from '../../sandbox/load/load.ts';
import { machineRun } from '../machine.ts';
import type { FarWay, Place, Timed } from './way.ts';

/** 100 Mbit/s, each way. */
const BYTES_PER_SECOND = 12_500_000;
/** Light, and close enough to see within 10 ms when the new version first answers. */
const LOAD = { connections: 10, rate: 100, postEvery: 10, newPerSecond: 10, seconds: 240 } as const;

/** One deploy as it was seen from outside; times in ms. */
export interface Seen {
  /** From the start of the way's first process to the end of its last. */
  readonly totalMs: number;
  /** From that start to the first answer of the new version through nginx. */
  readonly servingMs: number;
  /** The app's own start: from its process's start to its first healthy answer. */
  readonly startMs: number;
  readonly sent: number;
  readonly received: number;
  readonly turns: number;
  readonly requests: number;
  readonly failed: number;
}

/** Deploys a jar over the distance and under load. Throws when the deploy fails, or its version is never seen. */
export async function measureDeploy(
  host: SandboxHost,
  way: FarWay,
  jar: { readonly path: string; readonly version: string },
  rttMs: number,
): Promise<Seen & Pick<Timed, 'told'>> {
  const distance = await openDistance({
    address: host.address,
    port: 22,
    delayMs: rttMs / 2,
    bytesPerSecond: BYTES_PER_SECOND,
  });
  const load = await startLoad(`http://${host.address}:${way.place.site}/`, LOAD);
  const healthy = awaitHealthy(host, way.place, jar.version);
  try {
    const [timed, seenHealthy] = await Promise.all([
      way.deploy({ host, sshPort: distance.port, jar: jar.path }),
      healthy,
    ]);
    const { turns, sent, received } = distance;
    await sleep(1000);
    const { startedAt, versions, requests, failed } = await load.stop();
    const served = versions[jar.version];
    if (served === undefined) throw new Error(`version ${jar.version} never answered through nginx`);
    return {
      totalMs: timed.totalMs,
      servingMs: startedAt + served.firstMs - timed.beganAt,
      startMs: seenHealthy.at - (await findStart(host, seenHealthy.port)),
      sent,
      received,
      turns,
      requests,
      failed,
      ...(timed.told === undefined ? {} : { told: timed.told }),
    };
  } finally {
    await load.stop();
    await distance.close();
  }
}

/** When, in Unix time in ms, and on which port the version was first healthy. */
async function awaitHealthy(
  host: SandboxHost,
  { ports }: Place,
  version: string,
): Promise<{ readonly at: number; readonly port: number }> {
  const program = new URL('first-healthy.ts', import.meta.url).pathname;
  const words = [process.execPath, program, version, ...ports.map(String)];
  return JSON.parse(await machineRun('ip', ['netns', 'exec', host.networkNamespace, ...words]));
}

/** When the process that listens there was started, in Unix time in ms, to 10 ms. */
async function findStart(host: SandboxHost, port: number): Promise<number> {
  const facts =
    await host.sh(`pid=$(ss -Hltnp 'sport = :${port}' | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p' | head -n 1)
echo "$(sed 's/.*) //' "/proc/$pid/stat" | cut -d' ' -f20) $(getconf CLK_TCK) $(cut -d' ' -f1 /proc/uptime) $(date +%s%3N)"`);
  const [ticks = Number.NaN, perSecond = Number.NaN, upSeconds = Number.NaN, now = Number.NaN] = facts
    .trim()
    .split(' ')
    .map(Number);
  return now - (upSeconds - ticks / perSecond) * 1000;
}
