import { deploy } from './commands/deploy.ts';
import type { KeptLease } from './commands/kept-lease.ts';
import { plan } from './commands/plan.ts';
import { rollback } from './commands/rollback.ts';
import { settle } from './commands/settle.ts';
import { setup } from './commands/setup.ts';
import { status } from './commands/status.ts';
import type { World } from './commands/world.ts';
import { type Config, commandOf, type PlanConfig, readConfig } from './config.ts';
import { Failure } from './failure.ts';
import { emptyReport, type HostReport } from './report/host-report.ts';
import { publish, tellable } from './report/publish.ts';
import { hostsOf } from './report/pull-request/marker.ts';
import { commentPatience, keepComment, tellComment } from './report/pull-request-comment.ts';
import { summarize } from './report/summary.ts';
import type { Job } from './run/job.ts';
import { readEvent, realWorld } from './run/world.ts';
import { parseHostKeys } from './ssh/host-key.ts';
import { parsePrivateKey } from './ssh/private-key.ts';

/** The action's main step. Gives whether all went well. */
export async function runMain(job: Job): Promise<boolean> {
  const { read, stop } = job;
  try {
    const config = configure(job);
    const timer = setTimeout(
      () =>
        stop(
          'timeout',
          `The command took longer than ${read('timeout')}.`,
          'Look which stage took long; raise timeout if it is right so.',
        ),
      config.timeoutMs,
    );
    const world = realWorld(job);
    const reports = await perform(config, world);
    clearTimeout(timer);
    const isWell = await tell(job, config.app, reports);
    if (config.command === 'plan') await comment(job, world, config, reports);
    return isWell;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const failure = { ...error.text, stage: 'resolve' as const };
    return await tell(job, read('app'), [{ ...emptyReport(commandOf(read('command'))), failure }]);
  }
}

/** The action's post step, where the main one left a lease on a host. Its findings never fail the job. */
export async function runPost(job: Job, left: KeptLease): Promise<boolean> {
  job.log.warning('The deploy was killed', await settle(configure(job), realWorld(job), left));
  return true;
}

const configure = ({ env, read }: Job): Config =>
  readConfig(read, {
    repository: env.GITHUB_REPOSITORY ?? '',
    awsRegion: env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? '',
    parsePrivateKey,
    parseHostKeys,
    agentSocket: env.SSH_AUTH_SOCK ?? '',
  });

async function perform(config: Config, world: World): Promise<readonly HostReport[]> {
  switch (config.command) {
    case 'deploy':
      return await deploy(config, world);
    case 'rollback':
      return await rollback(config, world);
    case 'plan':
      return await plan(config, world);
    case 'status':
      return await status(config, world);
    case 'setup':
      return await setup(config, world);
  }
}

const tell = (
  { actions, secrets, env }: Job,
  app: string,
  reports: readonly HostReport[],
): Promise<boolean> => publish(actions, app, reports, secrets, Boolean(env.GITHUB_STEP_SUMMARY));

/** Shows on the run's pull request what the summary shows. */
async function comment(
  { env, secrets, log, signal }: Job,
  { provenance: { repository, event, runUrl } }: World,
  { app, target, comment }: PlanConfig,
  reports: readonly HostReport[],
): Promise<void> {
  if (comment === undefined) return;
  const body = summarize(app, tellable(reports, secrets));
  const apiUrl = env.GITHUB_API_URL ?? 'https://api.github.com';
  const result = await keepComment(
    { token: comment.token, app, hosts: hostsOf(target), body },
    { apiUrl, repository, event, readEvent: () => readEvent(env), runUrl },
    { ...commentPatience, signal },
  );
  tellComment(log, result);
}
