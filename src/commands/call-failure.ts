import type { FailureText } from '../failure.ts';
import type { HostStage, LookStage } from '../host/stage.ts';
import type { Outcome } from '../ssh/session.ts';

const runAgain =
  'Run again: the next run looks what is there, finishes or takes back what was left, and goes on.';

/** The link broke during a stage. */
export const lost = (stage: HostStage | LookStage, why: string): FailureText => ({
  reason: 'link-lost',
  message: `The SSH connection broke during ${stage}: ${why}.`,
  traffic: '',
  remedy: runAgain,
});

/** Nothing of a stage was begun; `why` is the end of a sentence. */
export const notBegun = (stage: HostStage | LookStage, why: string): FailureText => ({
  reason: 'host-unfit',
  message: `The host did not begin ${stage}: ${why}.`,
  traffic: '',
  remedy:
    'Set MaxSessions in sshd_config to 2 or more (10 is what it is without a setting). A start file of the login shell must not wait for input, nor replace the shell (exec).',
});

/** Something else ran in place of the host program, and ended so. */
export const notRun = (
  user: string,
  stage: HostStage | LookStage,
  code: number,
  said: readonly string[],
): FailureText => ({
  reason: 'host-unfit',
  message: `The login of ${user} did not run what it was asked for ${stage}: it ended with status ${code} and said '${said.at(-1) ?? ''}'.`,
  traffic: '',
  remedy: `Let ${user} run commands: no ForceCommand in sshd_config and no command= before the key in authorized_keys, a login shell that runs what it is given (not nologin), and nothing in the shell's start files that ends or replaces it.`,
  evidence: said.length > 0 ? [{ title: 'what the host said', lines: said }] : [],
});

/** The link to the host broke and cannot be made again; `why` is a sentence. */
export const gone = (why: string): FailureText => ({
  reason: 'link-lost',
  message: `The SSH connection broke and did not come back: ${why}`,
  traffic: '',
  remedy: runAgain,
});

/** The host program ended without telling why. */
export const hostError = (
  stage: HostStage | LookStage,
  outcome: Outcome,
  errors: readonly string[],
): FailureText => ({
  reason: 'host-error',
  message:
    outcome.kind === 'killed'
      ? `The host program was ended by the signal ${outcome.signal} during ${stage}.`
      : `The host program ended ${stage} with status ${outcome.kind === 'exited' ? outcome.code : 'unknown'}: ${errors.at(-1) ?? 'it said nothing'}`,
  traffic: '',
  remedy: 'Look at the log; if the host is in order, run again. If it happens again, please report it.',
  evidence: errors.length > 0 ? [{ title: 'what the host program wrote to stderr', lines: errors }] : [],
});
