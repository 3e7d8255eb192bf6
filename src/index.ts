import { createReadStream, readFileSync } from 'node:fs';
import * as core from '@actions/core';
import { exec, getExecOutput } from '@actions/exec';
import { readConsoleHostKeys } from './aws/console-host-keys.ts';
import { endpointTunnel } from './aws/endpoint-tunnel.ts';
import { findHosts } from './aws/find-host.ts';
import { writeHostKeyTag } from './aws/host-key-tag.ts';
import { pushPublicKey } from './aws/instance-connect.ts';
import { openPorts, surveyPorts } from './aws/open-ports.ts';
import { deploy } from './commands/deploy.ts';
import { parseLease, writeLease } from './commands/kept-lease.ts';
import { localCommand, localEnvironment } from './commands/local-command.ts';
import { plan } from './commands/plan.ts';
import { provenanceOf } from './commands/provenance.ts';
import { rollback } from './commands/rollback.ts';
import { settle } from './commands/settle.ts';
import { setup } from './commands/setup.ts';
import { status } from './commands/status.ts';
import { tellExecs } from './commands/told-session.ts';
import type { World } from './commands/world.ts';
import { secretsIn } from './config/secrets.ts';
import { type Config, commandOf, type PlanConfig, readConfig } from './config.ts';
import { Failure } from './failure.ts';
import { assembleProgram } from './host/program.ts';
import { findJar } from './jar/find-jar.ts';
import { readJar } from './jar/read-jar.ts';
import { actionsLog } from './report/actions-log.ts';
import { emptyReport, type HostReport } from './report/host-report.ts';
import { publish, tellable } from './report/publish.ts';
import { hostsOf } from './report/pull-request/marker.ts';
import { commentPatience, keepComment, tellComment } from './report/pull-request-comment.ts';
import { Redaction } from './report/redaction.ts';
import { summarize } from './report/summary.ts';
import { connect } from './ssh/connect.ts';
import { parseHostKeys } from './ssh/host-key.ts';
import { parsePrivateKey } from './ssh/private-key.ts';

const read = (name: string): string => core.getInput(name, { trimWhitespace: name !== 'env' });
const secrets = secretsIn(read);
for (const secret of secrets) core.setSecret(secret);

const { env } = process;
const workspace = env.GITHUB_WORKSPACE ?? process.cwd();
const hasSummary = Boolean(env.GITHUB_STEP_SUMMARY);
const redaction = new Redaction(secrets);
const isDebug = core.isDebug();
const log = actionsLog(core, redaction, isDebug);
const stopping = new AbortController();
const stop = (reason: 'timeout' | 'cancelled', message: string, remedy: string): void =>
  stopping.abort(new Failure({ reason, message, traffic: '', remedy }));
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () =>
    stop('cancelled', `The run was cancelled (${name}).`, 'Run again when you want to.'),
  );
}

const readEvent = (): unknown => {
  try {
    return JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? '', 'utf8'));
  } catch {
    return undefined;
  }
};

const now = (): number => performance.now();
const program = assembleProgram();
const provenance = provenanceOf(env, readEvent);

const gitOptions = {
  cwd: workspace,
  ignoreReturnCode: true,
  silent: true,
  env: localEnvironment(env, { GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1' }),
};

const aws = { env, tell: log.debug };

const world: World = {
  log,
  now,
  date: () => new Date(),
  signal: stopping.signal,
  program,
  provenance,
  runCommand: async (command, added) => {
    // As of a step with `run`: what a command of the user's own says to the runner is meant.
    const tell = (line: string): void => core.info(redaction.hide(line));
    tell(`[command]${command}`);
    return await exec('sh', localCommand(command), {
      ignoreReturnCode: true,
      silent: true,
      env: localEnvironment(env, added),
      listeners: { stdline: tell, errline: tell },
    });
  },
  runGit: words => exec('git', [...words], gitOptions).catch(() => undefined),
  readGit: async words => {
    const ended = await getExecOutput('git', [...words], gitOptions).catch(() => undefined);
    return ended?.exitCode === 0 ? ended.stdout.split('\n').filter(line => line !== '') : undefined;
  },
  findJar: pattern => findJar(pattern, workspace),
  readJar,
  openFile: path => createReadStream(path, { highWaterMark: 256 * 1024 }),
  pushPublicKey: (instance, user, publicLine) => pushPublicKey(instance, user, publicLine, aws),
  endpointTunnel: (instance, limits) => endpointTunnel(instance, limits, aws),
  findHosts: (target, order) => findHosts(target, order, aws),
  readConsoleHostKeys: async (id, region) =>
    parseHostKeys((await readConsoleHostKeys(id, region, aws)).join('\n')).rules,
  surveyPorts: (instance, ports) => surveyPorts(instance, ports, aws),
  openPorts: (instance, ports) => openPorts(instance, ports, aws),
  writeHostKeyTag: (instance, fingerprints) => writeHostKeyTag(instance, fingerprints, aws),
  fetch,
  connect: async (target, patience) => {
    const session = await connect(target, patience);
    return isDebug ? tellExecs(session, { log, now, program }) : session;
  },
  keepLease: lease => core.saveState('lease', writeLease(lease)),
};

const configure = (): Config =>
  readConfig(read, {
    repository: env.GITHUB_REPOSITORY ?? '',
    awsRegion: env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? '',
    parsePrivateKey,
    parseHostKeys,
    agentSocket: env.SSH_AUTH_SOCK ?? '',
  });

async function perform(config: Config): Promise<readonly HostReport[]> {
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

/** Shows on the run's pull request what the summary shows. */
async function comment({ app, target, comment }: PlanConfig, reports: readonly HostReport[]): Promise<void> {
  if (comment === undefined) return;
  const body = summarize(app, tellable(reports, secrets));
  const { repository, event, runUrl } = provenance;
  const apiUrl = env.GITHUB_API_URL ?? 'https://api.github.com';
  const result = await keepComment(
    { token: comment.token, app, hosts: hostsOf(target), body },
    { apiUrl, repository, event, readEvent, runUrl },
    { ...commentPatience, signal: stopping.signal },
  );
  tellComment(log, result);
}

/** The action's main step. Gives whether all went well. */
async function main(): Promise<boolean> {
  core.saveState('step', 'main');
  try {
    const config = configure();
    log.info(`nginx-bluegreen: ${config.command} ${config.app}`);
    const after = `The command took longer than ${read('timeout')}.`;
    const timer = setTimeout(
      () => stop('timeout', after, 'Look which stage took long; raise timeout if it is right so.'),
      config.timeoutMs,
    );
    const reports = await perform(config);
    clearTimeout(timer);
    const isWell = await publish(core, config.app, reports, secrets, hasSummary);
    if (config.command === 'plan') await comment(config, reports);
    return isWell;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const failure = { ...error.text, stage: 'resolve' as const };
    return await publish(
      core,
      read('app'),
      [{ ...emptyReport(commandOf(read('command'))), failure }],
      secrets,
      hasSummary,
    );
  }
}

/** The action's post step, which the runner calls however the main one ended. Its findings never fail the job. */
async function post(): Promise<boolean> {
  const left = parseLease(core.getState('lease'));
  const found = left && (await settle(configure(), world, left));
  if (found !== undefined) log.warning('The deploy was killed', found);
  return true;
}

const step = core.getState('step') === '' ? main : post;
step().then(
  isDone => process.exit(isDone ? 0 : 1),
  (error: unknown) => {
    core.setFailed(
      redaction.hide(
        `The action failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}. Please report this with the log.`,
      ),
    );
    process.exit(1);
  },
);
