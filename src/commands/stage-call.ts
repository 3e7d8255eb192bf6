import type { Readable } from 'node:stream';
import { Failure, type FailureText } from '../failure.ts';
import type { HostProgram } from '../host/program.ts';
import {
  Facts,
  type HostParameters,
  type HostStage,
  type LookStage,
  programMissing,
  stageCommand,
  toldFailure,
} from '../host/stage.ts';
import type { Log } from '../report/log.ts';
import type { Outcome, Session } from '../ssh/session.ts';
import { sudoRefusal } from './sudo-refusal.ts';

/** How the host program is called: as whom, and what every stage is told. */
export interface Caller {
  readonly program: HostProgram;
  readonly user: string;
  /** The app that the user has a right for, where that is the only one it has. */
  readonly restrictedTo: string | undefined;
  readonly common: HostParameters;
  readonly log: Log;
}

/** What one exec of the host program told, and how it ended. */
export interface Ended {
  readonly outcome: Outcome;
  readonly facts: Facts;
  readonly errors: readonly string[];
  /** How many lines for people it said. */
  readonly said: number;
  /** What the login shell, or whatever ran in place of the host program, said before it: some lines. */
  readonly before: readonly string[];
}

export interface CallStreams {
  readonly stdin?: Readable | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  /** How many lines for people were shown before, and are not shown again. */
  readonly shown?: number;
}

/** Calls one stage over a session. Never throws; the outcome tells. */
export async function callStage(
  session: Session,
  caller: Caller,
  stage: HostStage | LookStage,
  parameters: HostParameters,
  streams: CallStreams = {},
): Promise<Ended> {
  const { program, user, common, restrictedTo } = caller;
  const command = stageCommand(program, user, stage, { ...common, ...parameters }, restrictedTo);
  return await callCommand(session, caller.log, command, streams);
}

/** The same of an exec request that is made already. */
export async function callCommand(
  session: Session,
  log: Log,
  command: string,
  { stdin, onLine, shown = 0 }: CallStreams,
): Promise<Ended> {
  const facts = new Facts();
  const errors: string[] = [];
  const before: string[] = [];
  let hasBegun = false;
  let said = 0;
  const outcome = await session.exec(command, {
    ...(stdin && { stdin }),
    onLine: line => {
      const [, ahead = '', begin] = hasBegun ? [] : (/^(.*)(@stage=[a-z]+)$/s.exec(line) ?? []);
      hasBegun ||= begin !== undefined;
      const early = hasBegun ? ahead : line;
      if (early !== '') {
        if (before.length < 50) before.push(early);
        log.foreign(early);
      }
      if (!hasBegun) return;
      const told = begin ?? line;
      onLine?.(told);
      if (facts.take(told)) return;
      said++;
      if (said > shown) log.foreign(told);
    },
    onErrorLine: line => {
      if (errors.length < 50) errors.push(line);
    },
  });
  return { outcome, facts, errors, said: Math.max(said, shown), before };
}

/** Whether the host program ran and ended well; whatever ran in its place may end well too. */
export const isDone = ({ outcome, facts }: Ended): boolean =>
  outcome.kind === 'exited' && outcome.code === 0 && facts.text('stage') !== '';

/** Why a call did not end well, as a Failure. */
export function explainEnd(
  user: string,
  stage: HostStage | LookStage,
  { outcome, facts, errors, before }: Ended,
): Failure {
  if (outcome.kind === 'exited') {
    const told = toldFailure(facts, outcome.code);
    if (told !== undefined) return new Failure(told);
  }
  if (outcome.kind === 'lost') return new Failure(lost(stage, outcome.why));
  if (outcome.kind === 'refused') return new Failure(noChannel(stage, outcome.why));
  const refusal = facts.text('stage') === '' ? sudoRefusal(user, errors) : undefined;
  if (refusal !== undefined) return new Failure(refusal);
  if (outcome.kind === 'exited' && outcome.code !== programMissing && facts.text('stage') === '')
    return new Failure(notRun(user, stage, outcome.code, [...before, ...errors]));
  return new Failure(hostError(stage, outcome, errors));
}

const runAgain =
  'Run again: the next run looks what is there, finishes or takes back what was left, and goes on.';

const lost = (stage: HostStage | LookStage, why: string): FailureText => ({
  reason: 'link-lost',
  message: `The SSH connection broke during ${stage}: ${why}.`,
  traffic: '',
  remedy: runAgain,
});

const noChannel = (stage: HostStage | LookStage, why: string): FailureText => ({
  reason: 'host-unfit',
  message: `sshd on the host opens no channel for ${stage}: ${why}.`,
  traffic: '',
  remedy: 'Set MaxSessions in sshd_config to 2 or more (10 is what it is without a setting).',
});

const notRun = (
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

/** Whether the program of this version is not installed on the host. */
export const isProgramMissing = ({ outcome }: Ended): boolean =>
  outcome.kind === 'exited' && outcome.code === programMissing;

/** The link to the host broke and cannot be made again; `why` is a sentence. */
export const gone = (why: string): FailureText => ({
  reason: 'link-lost',
  message: `The SSH connection broke and did not come back: ${why}`,
  traffic: '',
  remedy: runAgain,
});

const hostError = (
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
