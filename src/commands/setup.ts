import type { SetupConfig } from '../config.ts';
import type { HostReport } from '../report/host-report.ts';
import type { Log } from '../report/log.ts';
import type { SetupStep } from '../report/setup.ts';
import type { Timeline } from '../report/timeline.ts';
import { liveReport } from './bring-live.ts';
import { Findings } from './findings.ts';
import { type Learn, runOnHost } from './host-run.ts';
import { onHosts } from './on-hosts.ts';
import { acquire } from './stages/acquire.ts';
import { requireRightClock } from './stages/clock.ts';
import { requireTrustedFrontDoor } from './stages/inspect.ts';
import { resolveHosts } from './stages/resolve.ts';
import { type HostSetup, setUpHost } from './stages/setup.ts';
import { survey } from './stages/survey.ts';
import type { World } from './world.ts';

/** Makes every host ready for deploys. Gives one report a host; a failure is in its report. */
export async function setup(config: SetupConfig, world: World): Promise<readonly HostReport[]> {
  const resolve = async () => ({
    jar: config.jar === '' ? undefined : await world.readJar(await world.findJar(config.jar)),
    hosts: await resolveHosts(config, world),
  });
  return await onHosts(
    config.command,
    world,
    'the host',
    resolve,
    async ({ jar }, host, timeline) => await runOnHost({ config, world, host, jar }, timeline, setUp),
  );
}

/** The story of a setup, once the host is connected: first what it will do, then what it did. */
async function setUp(run: HostSetup, timeline: Timeline, learn: Learn): Promise<void> {
  const { config, world, host, connection } = run;
  const findings = new Findings(world.log, `${config.app} on ${host.address}`, learn);

  await timeline.stage('acquire', `the lock of ${config.app}`, () =>
    acquire(run, connection, config.lockWaitMs),
  );

  const found = await timeline.stage('inspect', 'what is to be done', async () => {
    const seen = await survey(run);
    learn({
      ...liveReport(config, seen.liveRelease, seen.liveColor, seen.liveOrigin),
      setup: { steps: seen.steps },
    });
    for (const step of seen.steps) tell(world.log, step);
    requireTrustedFrontDoor(seen, false);
    requireRightClock(config.app, { ...seen, isUnchanged: false });
    return seen;
  });

  learn({ outcome: 'failed' });
  const steps = await timeline.stage('setup', 'step by step', async () => {
    let planned = found.steps;
    const done = await setUpHost(run, step => {
      tell(world.log, step);
      planned = planned.map(one => (one.name === step.name ? { ...step, will: one.will } : one));
      learn({ setup: { steps: planned } });
    });
    learn({
      ...liveReport(config, done.liveRelease, done.liveColor, done.liveOrigin),
      ...done.reload,
      reloadAdvice: done.reload.reloads > 0 ? done.reloadAdvice : [],
    });
    findings.note(done.noticed);
    return planned;
  });
  findings.warn();
  learn({ outcome: steps.some(step => step.did !== '') ? 'set-up' : 'unchanged' });
}

function tell(log: Log, { name, will, did, there }: SetupStep): void {
  if (will !== '') log.foreign(`${name}: will ${will}`);
  else log.foreign(did === '' ? `${name}: nothing to do, ${there}` : `${name}: ${did}`);
}
