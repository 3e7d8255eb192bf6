import type { SetupConfig } from '../config.ts';
import type { HostReport } from '../report/host-report.ts';
import type { Timeline } from '../report/timeline.ts';
import { liveReport } from './bring-live.ts';
import { Findings } from './findings.ts';
import { type Learn, runOnHost } from './host-run.ts';
import { onHosts } from './on-hosts.ts';
import { acquire } from './stages/acquire.ts';
import { requireRightClock } from './stages/clock.ts';
import { awsStepsOf, performInAws, surveyInAws } from './stages/in-aws.ts';
import { requireTrustedFrontDoor } from './stages/inspect.ts';
import { resolveHosts } from './stages/resolve.ts';
import { type HostSetup, setUpHost } from './stages/setup.ts';
import { survey } from './stages/survey.ts';
import { Steps } from './steps.ts';
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
  const steps = new Steps(world.log, learn);

  await timeline.stage('acquire', `the lock of ${config.app}`, () =>
    acquire(run, connection, config.lockWaitMs),
  );

  const inAws = await timeline.stage('inspect', 'what is to be done', async () => {
    const found = await survey(run);
    learn(liveReport(config, found.liveRelease, found.liveColor, found.liveOrigin));
    steps.noteTutorial(found.tutorial);
    for (const step of found.steps) steps.note(step);
    const following = awsStepsOf(run, found.hostKeys);
    for (const step of following) steps.note(await surveyInAws(step));
    requireTrustedFrontDoor(found, false);
    requireRightClock(config.app, { ...found, isUnchanged: false });
    return following;
  });

  learn({ outcome: 'failed' });
  await timeline.stage('setup', 'step by step', async () => {
    const done = await setUpHost(run, step => steps.note(step));
    learn({
      ...liveReport(config, done.liveRelease, done.liveColor, done.liveOrigin),
      ...done.reload,
      reloadAdvice: done.reload.reloads > 0 ? done.reloadAdvice : [],
    });
    steps.noteTutorial(done.tutorial);
    findings.note(done.noticed);
    for (const step of inAws) {
      const performed = await performInAws(step);
      if (typeof performed === 'string') findings.note([performed]);
      else steps.note(performed);
    }
  });
  findings.warn();
  learn({ outcome: steps.hasDone ? 'set-up' : 'unchanged' });
}
