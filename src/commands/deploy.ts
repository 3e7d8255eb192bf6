import type { DeployConfig } from '../config.ts';
import type { HostReport } from '../report/host-report.ts';
import { failureOf, type Timeline } from '../report/timeline.ts';
import {
  type Bringing,
  channelsOnwards,
  confirm,
  liveReport,
  planOnwards,
  startIdle,
  switchOver,
} from './bring-live.ts';
import { refuseOlderCommit } from './commit-order.ts';
import { Findings } from './findings.ts';
import { type Learn, runOnHost } from './host-run.ts';
import { onHosts } from './on-hosts.ts';
import { reportOrigin } from './provenance.ts';
import { nameRelease } from './release.ts';
import { acquire } from './stages/acquire.ts';
import { requireRightClock } from './stages/clock.ts';
import type { HostDeploy, NextRelease } from './stages/context.ts';
import { deliveryOf } from './stages/delivery.ts';
import { inspect, inspectStage, requireTrustedFrontDoor } from './stages/inspect.ts';
import { readJar, resolveHosts, resolveJar } from './stages/resolve.ts';
import { upload } from './stages/upload.ts';
import type { World } from './world.ts';

/**
 * Channels that are opened while the host is inspected: for the upload, one more for parts of the jar, and what comes
 * after it.
 */
const mostChannels = 2 + channelsOnwards;

/** Deploys the jar to every host that the configuration means. Gives one report a host; a failure is in its report. */
export async function deploy(config: DeployConfig, world: World): Promise<readonly HostReport[]> {
  const resolve = async (timeline: Timeline) => {
    const path = await resolveJar(config, world);
    const jar = timeline.beside('resolve', 'jar', () => readJar(path, world));
    return { jar, hosts: await Promise.race([resolveHosts(config, world), failureOf(jar)]) };
  };
  return await onHosts(config.command, world, 'the jar and the host', resolve, ({ jar }, host, timeline) =>
    runOnHost(
      { config, world, host },
      timeline,
      async (run, _, learn) => deployOver({ ...run, jar: await jar }, timeline, learn),
      jar,
    ),
  );
}

/** The story of a deploy, once the host is connected. `learn` keeps what is known for the report. */
async function deployOver(deploy: HostDeploy, timeline: Timeline, learn: Learn): Promise<void> {
  const { config, world, jar, host, connection } = deploy;
  const origin = world.provenance;
  const findings = new Findings(world.log, `${config.app} on ${host.address}`, learn);

  await timeline.stage('acquire', `the lock of ${config.app}`, () =>
    acquire(deploy, connection, config.lockWaitMs, { first: inspectStage(deploy), channels: mostChannels }),
  );

  const before = await timeline.stage('inspect', 'what is on the host', async () => {
    const found = await inspect(deploy);
    findings.note(found.noticed);
    learn({
      ...liveReport(config, found.liveRelease, found.liveColor, found.liveOrigin),
      attempted: { release: undefined, origin: reportOrigin(origin) },
    });
    if (config.switchMode === 'reload') learn({ reloadAdvice: found.reloadAdvice });
    requireTrustedFrontDoor(found, config.force);
    requireRightClock(config.app, found);
    findings.note(await refuseOlderCommit(deploy, found, connection.waitedFor));
    return found;
  });
  findings.warn();
  if (before.isUnchanged && !config.force) {
    world.log.info('same jar and same settings as the live release: nothing to do');
    return learn({ outcome: 'unchanged' });
  }

  const release: NextRelease = { name: nameRelease(world.date(), jar), color: before.idleColor };
  learn({ attempted: { release: release.name, origin: reportOrigin(origin) } });
  const bringing: Bringing = { run: deploy, timeline, learn, findings, release, origin, before };
  planOnwards(bringing);
  const sent = await timeline.stage('upload', release.name, () =>
    upload(deploy, release, deliveryOf(jar, before)),
  );
  learn({ ...sent, outcome: 'failed' });

  await startIdle(bringing);
  await confirm(bringing, await switchOver(bringing));
}
