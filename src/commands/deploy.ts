import type { DeployConfig } from '../config.ts';
import type { HostReport } from '../report/host-report.ts';
import { StageFailure, type Timeline } from '../report/timeline.ts';
import { refuseOlderCommit } from './commit-order.ts';
import { type Learn, runOnHost } from './host-run.ts';
import { onHosts } from './on-hosts.ts';
import { type Origin, reportOrigin } from './provenance.ts';
import { nameRelease } from './release.ts';
import { acquire } from './stages/acquire.ts';
import { bake } from './stages/bake.ts';
import { requireRightClock } from './stages/clock.ts';
import type { HostDeploy, NextRelease } from './stages/context.ts';
import { inspect, requireTrustedFrontDoor } from './stages/inspect.ts';
import { resolveHosts, resolveJar } from './stages/resolve.ts';
import { retire } from './stages/retire.ts';
import { smoke } from './stages/smoke.ts';
import { start } from './stages/start.ts';
import { switchTraffic } from './stages/switch.ts';
import { upload } from './stages/upload.ts';
import type { World } from './world.ts';

/** Deploys the jar to every host that the configuration means. Gives one report a host; a failure is in its report. */
export async function deploy(config: DeployConfig, world: World): Promise<readonly HostReport[]> {
  const resolve = async () => ({
    jar: await resolveJar(config, world),
    hosts: await resolveHosts(config, world),
  });
  return await onHosts(
    config.command,
    world,
    'the jar and the host',
    resolve,
    async ({ jar }, host, timeline) => await runOnHost({ config, world, jar, host }, timeline, deployOver),
  );
}

/** The story of a deploy, once the host is connected. `learn` keeps what is known for the report. */
async function deployOver(deploy: HostDeploy, timeline: Timeline, learn: Learn): Promise<void> {
  const { config, world, jar } = deploy;
  const origin = reportOrigin(world.provenance);
  const live = (
    release: string | undefined,
    color: NextRelease['color'] | undefined,
    from: Origin | undefined,
  ): Partial<HostReport> => ({
    release,
    liveColor: color,
    livePort: color && config.ports[color],
    origin: from && reportOrigin(from),
  });

  const noticed: string[] = [];
  const note = (more: readonly string[]): void => {
    noticed.push(...more);
    learn({ findings: [...noticed] });
  };
  const warn = (more: readonly string[]): void => {
    for (const one of more) world.log.warning(`${config.app} on ${deploy.host.address}`, one);
  };
  const warnOf = (more: readonly string[]): void => {
    note(more);
    warn(more);
  };

  await timeline.stage('acquire', `the lock of ${config.app}`, () =>
    acquire(deploy, deploy.connection, config.lockWaitMs),
  );

  const found = await timeline.stage('inspect', 'what is on the host', async () => {
    const inspection = await inspect(deploy);
    note(inspection.noticed);
    learn({
      ...live(inspection.liveRelease, inspection.liveColor, inspection.liveOrigin),
      attempted: { release: undefined, origin },
    });
    if (config.switchMode === 'reload') learn({ reloadAdvice: inspection.reloadAdvice });
    requireTrustedFrontDoor(inspection, config.force);
    requireRightClock(config.app, inspection);
    note(await refuseOlderCommit(deploy, inspection));
    return inspection;
  });
  warn(noticed);
  if (found.isUnchanged && !config.force) {
    world.log.info('same jar and same settings as the live release: nothing to do');
    return learn({ outcome: 'unchanged' });
  }

  const release: NextRelease = { name: nameRelease(world.date(), jar), color: found.idleColor };
  learn({ attempted: { release: release.name, origin } });
  const uploadedBytes = await timeline.stage('upload', release.name, () =>
    upload(deploy, release, found.jarAt),
  );
  learn({ uploadedBytes, outcome: 'failed' });

  const { healthyAfterMs, warmUp, ...started } = await timeline.stage(
    'start',
    `${release.name} on ${release.color}`,
    () => start(deploy, release),
  );
  learn({ healthyAfterMs, warmUp });
  warnOf(started.noticed);

  if (config.smokeCommand !== '') {
    await timeline.stage('smoke', `${release.name} through a tunnel`, () => smoke(deploy, release));
  }

  const switched = await timeline.stage('switch', `to ${release.color} (${config.switchMode})`, () =>
    switchTraffic(deploy, release),
  );
  const { reloads } = switched;
  warnOf(switched.noticed);
  learn({
    changed: true,
    previousRelease: found.liveRelease,
    previousOrigin: found.liveOrigin && reportOrigin(found.liveOrigin),
    reloads,
    ...(reloads > 0 && { reloadAdvice: found.reloadAdvice }),
    ...live(release.name, release.color, world.provenance),
  });

  const takenBack = {
    changed: false,
    previousRelease: undefined,
    previousOrigin: undefined,
    ...live(found.liveRelease, found.liveColor, found.liveOrigin),
  };
  if (config.bake.timeMs > 0 || config.verifyUrl !== undefined) {
    await timeline.stage('bake', `${release.name} with real traffic`, async () => {
      const verdict = await bake(deploy, release);
      if (verdict.kind === 'good') return learn({ bake: verdict.bake });
      learn(verdict.news);
      if (verdict.isTakenBack) learn(takenBack);
      throw verdict.failure;
    });
  }

  const entry = { release: release.name, previousRelease: found.liveRelease, uploadedBytes, healthyAfterMs };
  const retired = await timeline
    .stage('retire', 'the color that traffic has left', () => retire(deploy, release, switched, entry))
    .catch((error: unknown) => {
      if (error instanceof StageFailure && error.text.isTakenBack) learn(takenBack);
      throw error;
    });
  learn({ ...retired.counted, outcome: 'deployed' });
  warnOf(retired.noticed);
}
