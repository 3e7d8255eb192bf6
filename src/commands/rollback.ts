import type { RollbackConfig } from '../config.ts';
import type { HostReport } from '../report/host-report.ts';
import type { Timeline } from '../report/timeline.ts';
import {
  type Bringing,
  channelsOnwards,
  confirm,
  learnRetirement,
  learnSwitch,
  liveReport,
  planOnwards,
  startIdle,
  switchOver,
} from './bring-live.ts';
import { Findings } from './findings.ts';
import { type Learn, runOnHost } from './host-run.ts';
import { onHosts } from './on-hosts.ts';
import { reportOrigin } from './provenance.ts';
import { acquire } from './stages/acquire.ts';
import type { HostRun } from './stages/context.ts';
import { requireTrustedFrontDoor } from './stages/inspect.ts';
import { resolveHosts } from './stages/resolve.ts';
import { goBack } from './stages/rollback.ts';
import type { World } from './world.ts';

/** Moves the traffic back to a release that is on the host. Gives one report a host; a failure is in its report. */
export async function rollback(config: RollbackConfig, world: World): Promise<readonly HostReport[]> {
  const resolve = async () => ({ hosts: await resolveHosts(config, world) });
  return await onHosts(
    config.command,
    world,
    'the host',
    resolve,
    async (_, host, timeline) => await runOnHost({ config, world, host }, timeline, rollBackOver),
  );
}

/** The story of a rollback, once the host is connected: one flip where the release is still up, else as a deploy. */
async function rollBackOver(run: HostRun<RollbackConfig>, timeline: Timeline, learn: Learn): Promise<void> {
  const { config, world, host, connection } = run;
  const findings = new Findings(world.log, `${config.app} on ${host.address}`, learn);
  const back = goBack(run);
  if (config.rollbackReason !== '') learn({ rollbackReason: config.rollbackReason });

  await timeline.stage('acquire', `the lock of ${config.app}`, () =>
    acquire(run, connection, config.lockWaitMs, { first: back.first, channels: channelsOnwards }),
  );

  const { target, before } = await timeline.stage('inspect', 'what there is to go back to', async () => {
    const choice = await back.choose();
    const { liveRelease, liveColor, liveOrigin } = choice.before;
    findings.note(choice.before.noticed);
    learn({
      ...liveReport(config, liveRelease, liveColor, liveOrigin),
      attempted: { release: choice.target.release.name, origin: reportOrigin(choice.target.origin) },
    });
    requireTrustedFrontDoor(choice.before, config.force);
    return choice;
  });
  findings.warn();
  if (target.kind === 'live') {
    await back.end();
    world.log.info(`${target.release.name} is live already: nothing to do`);
    return learn({ outcome: 'unchanged' });
  }

  learn({ outcome: 'failed' });
  const bringing: Bringing = { run, timeline, learn, findings, before, ...target };
  if (target.kind === 'stopped') {
    await back.end();
    planOnwards(bringing);
    await startIdle(bringing);
    return await confirm(bringing, await switchOver(bringing));
  }
  const { switched, retired } = await timeline.stage(
    'switch',
    `to ${target.release.color}, which is still up (${config.switchMode})`,
    () => back.end(),
  );
  learnSwitch(bringing, switched);
  if (retired === undefined) return await confirm(bringing, switched);
  learnRetirement(bringing, retired);
}
