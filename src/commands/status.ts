import type { StatusConfig } from '../config.ts';
import { Failure } from '../failure.ts';
import { formatBytes, formatMs } from '../report/format.ts';
import type { HostReport } from '../report/host-report.ts';
import type { ColorStatus, HostStatus } from '../report/host-status.ts';
import type { Log } from '../report/log.ts';
import { lookOnHost } from './host-run.ts';
import { onHosts } from './on-hosts.ts';
import { resolveHosts } from './stages/resolve.ts';
import { type Look, lookAtHost } from './stages/status.ts';
import type { World } from './world.ts';

/** Tells how every host is and changes nothing there. Gives one report a host; what is not well is its failure. */
export async function status(config: StatusConfig, world: World): Promise<readonly HostReport[]> {
  const resolve = async () => ({ hosts: await resolveHosts(config, world) });
  return await onHosts(config.command, world, 'the host', resolve, async (_, host, timeline) =>
    lookOnHost({ config, world, host }, timeline, async (link, learn) => {
      const found = await timeline.stage('inspect', 'how the host is', async () => {
        const seen = await lookAtHost(link, host.how);
        tell(seen.status, world.log);
        learn({ outcome: 'failed', status: seen.status, ...liveIn(seen.status) });
        requireWell(config.app, seen);
        return seen.status;
      });
      for (const one of [...found.drift, ...found.missing])
        world.log.warning(`${config.app} on ${host.address}`, one);
      learn({ outcome: 'unchanged' });
    }),
  );
}

const liveOf = ({ colors }: HostStatus): ColorStatus | undefined => colors.find(({ isLive }) => isLive);

/** What reports say of the live release. */
function liveIn(found: HostStatus): Partial<HostReport> {
  const live = liveOf(found);
  if (live === undefined) return {};
  const { release, color, port, ref, commit, actor, runUrl } = live;
  const repository = /^https:\/\/[^/]+\/([^/]+\/[^/]+)\/actions\//.exec(runUrl)?.[1] ?? '';
  return {
    release: release === '' ? undefined : release,
    liveColor: color,
    livePort: port,
    origin: { repository, ref, commit, actor, runUrl },
  };
}

const anyDeploy = 'A deploy looks what is there and puts right what it can.';
const lookThere =
  "Look at nginx's configuration on the host (nginx -T): a fixed proxy_pass, another server block, a file of the app that was edited. A deploy with force: true writes the app's own files anew.";

/** Throws a Failure when the app is not served as it should be: not-deployed, front-door-mismatch, unhealthy. */
export function requireWell(app: string, { status: found, fault, remedy }: Look): void {
  const live = liveOf(found);
  if (live === undefined) {
    throw new Failure({
      reason: 'not-deployed',
      message: [`No release of ${app} is live on the host.`, ...found.drift].join(' '),
      traffic: `No release of ${app} receives traffic.`,
      remedy: 'Deploy one, or check app and the host.',
    });
  }
  const name = `${live.release || live.adopted || 'an unknown release'} (${live.color}, port ${live.port})`;
  if (found.frontDoor.proof === 'mismatch') {
    throw new Failure({
      reason: 'front-door-mismatch',
      message: `The front door is not served by ${name}, which should be live: ${fault}.`,
      traffic: `nginx is set to send the traffic to ${live.color} (${live.release || live.adopted || 'no release'}), but the front door is not served by it.`,
      remedy: remedy || lookThere,
    });
  }
  if (found.frontDoor.proof === 'down' || live.isHealthy !== true) {
    throw new Failure({
      reason: 'unhealthy',
      message:
        found.frontDoor.proof === 'down'
          ? `The live release is down: ${fault}${live.adopted === '' ? `; its unit is ${live.unit.state}` : ''}.`
          : `The live release ${live.release || live.adopted} is not healthy: its health path answered ${live.health || 'nothing'}.`,
      traffic: `nginx is set to send the traffic to ${name}.`,
      remedy:
        live.adopted === ''
          ? `Read its log on the host (journalctl -u bluegreen-${app}@${live.color}). ${anyDeploy}`
          : 'Start it again as it was started before, or deploy: the release then takes its place.',
    });
  }
}

/** The same for people, in the log. */
function tell(found: HostStatus, log: Log): void {
  const { frontDoor, switching, holder, nginx, disk, memory } = found;
  for (const color of found.colors) log.foreign(describeColor(color));
  log.foreign(`front door: ${frontDoor.proof}${frontDoor.seen === '' ? '' : `, ${frontDoor.seen}`}`);
  log.foreign(nginx.version === '' ? 'nginx is not installed' : `nginx ${nginx.version}: ${nginx.state}`);
  if (switching !== undefined) {
    const left = switching.msLeft === undefined ? '' : `, for ${formatMs(switching.msLeft)} more`;
    log.foreign(`a switch to ${switching.release} (${switching.to}) is ${switching.state}${left}`);
  }
  if (holder !== undefined) log.foreign(`the lock is held by ${holder.who}, since ${holder.since}`);
  if (disk !== undefined)
    log.info(`disk: ${formatBytes(disk.freeBytes)} free of ${formatBytes(disk.totalBytes)}`);
  if (memory !== undefined)
    log.info(`memory: ${formatBytes(memory.freeBytes)} available of ${formatBytes(memory.totalBytes)}`);
  for (const one of [...found.drift, ...found.findings, ...found.missing]) log.foreign(one);
  for (const { at, command, outcome, reason, release, actor, runUrl } of found.history)
    log.foreign([at, command, outcome, reason, release, actor, runUrl].filter(word => word !== '').join(' '));
}

function describeColor({
  color,
  port,
  isLive,
  release,
  adopted,
  bad,
  liveSince,
  unit,
  isHealthy,
  health,
}: ColorStatus): string {
  const running =
    unit.pid === undefined ? '' : ` since ${unit.since} (pid ${unit.pid}), restarted ${unit.restarts} times`;
  const parts = [
    `${color} (port ${port}, ${isLive ? 'live' : 'idle'}): ${release || adopted || 'no release'}`,
    liveSince === '' ? '' : `live since ${liveSince}`,
    bad === '' ? '' : `marked as bad: ${bad}`,
    `unit ${unit.state}${running}`,
    isHealthy === undefined ? '' : `health ${health}`,
  ];
  return parts.filter(part => part !== '').join('; ');
}
