import {
  debug,
  endGroup,
  error,
  getInput,
  getState,
  info,
  isDebug,
  saveState,
  setFailed,
  setOutput,
  setSecret,
  startGroup,
  summary,
  warning,
} from '@actions/core';
import { parseLease } from './commands/kept-lease.ts';
import { appOf } from './config/app.ts';
import { secretsIn } from './config/secrets.ts';
import { Failure } from './failure.ts';
import { actionsLog } from './report/actions-log.ts';
import { Redaction } from './report/redaction.ts';

const read = (name: string): string => getInput(name, { trimWhitespace: name !== 'env' });
const secrets = secretsIn(read);
for (const secret of secrets) setSecret(secret);

const { env } = process;
const redaction = new Redaction(secrets);
const actions = { debug, endGroup, error, info, setOutput, startGroup, summary, warning };
const log = actionsLog(actions, redaction, isDebug());
const stopping = new AbortController();
const stop = (reason: 'timeout' | 'cancelled', message: string, remedy: string): void =>
  stopping.abort(new Failure({ reason, message, traffic: '', remedy }));
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () =>
    stop('cancelled', `The run was cancelled (${name}).`, 'Run again when you want to.'),
  );
}

const job = {
  env,
  workspace: env.GITHUB_WORKSPACE ?? process.cwd(),
  read,
  secrets,
  redaction,
  actions,
  log,
  isDebug: isDebug(),
  signal: stopping.signal,
  stop,
  saveState,
};

/**
 * The step that the runner calls: the main one, or the post one, which it calls however the main one ended. Gives
 * whether all went well.
 */
async function runStep(): Promise<boolean> {
  if (getState('step') !== '') {
    const left = parseLease(getState('lease'));
    if (left?.state !== 'held') return true;
    const { runPost } = await import('./run.ts');
    return await runPost(job, left);
  }
  saveState('step', 'main');
  log.info(`nginx-bluegreen: ${read('command')} ${appOf(read('app'), env.GITHUB_REPOSITORY ?? '')}`);
  // All else is loaded behind this line, which stands in the log at once.
  const { runMain } = await import('./run.ts');
  return await runMain(job);
}

runStep().then(
  isDone => process.exit(isDone ? 0 : 1),
  (error: unknown) => {
    setFailed(
      redaction.hide(
        `The action failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}. Please report this with the log.`,
      ),
    );
    process.exit(1);
  },
);
