import type { Readable } from 'node:stream';
import { Failure } from '../failure.ts';
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
import { hostError, lost, notBegun, notRun } from './call-failure.ts';
import { Silence } from './silence.ts';
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
  /** Takes its lines for people in place of the log. */
  readonly onWord?: ((line: string) => void) | undefined;
  readonly onErrorLine?: ((line: string) => void) | undefined;
  /** How many lines for people were shown before, and are not shown again. */
  readonly shown?: number;
  /** How long the host program may take until it is heard, in ms. */
  readonly silenceMs?: number;
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
  log: Pick<Log, 'foreign'>,
  command: string,
  {
    stdin,
    onLine,
    onWord = line => log.foreign(line),
    onErrorLine,
    shown = 0,
    silenceMs = 60_000,
  }: CallStreams,
): Promise<Ended> {
  const facts = new Facts();
  const errors: string[] = [];
  const before: string[] = [];
  let hasBegun = false;
  let said = 0;
  const silence = new Silence(silenceMs);
  const exec = session.exec(command, {
    ...(stdin && { stdin }),
    onLine: line => {
      const [, ahead = '', begin] = hasBegun ? [] : (/^(.*)(@stage=[a-z]+)$/s.exec(line) ?? []);
      hasBegun ||= begin !== undefined;
      const early = hasBegun ? ahead : line;
      if (early !== '') {
        if (before.length < 50) before.push(early);
        onWord(early);
      }
      if (!hasBegun) return;
      silence.end();
      const told = begin ?? line;
      onLine?.(told);
      if (facts.take(told)) return;
      said++;
      if (said > shown) onWord(told);
    },
    onErrorLine: line => {
      if (errors.length < 50) errors.push(line);
      onErrorLine?.(line);
    },
  });
  const outcome = await Promise.race([exec, silence.tooLong]).finally(() => silence.end());
  return { outcome, facts, errors, said: Math.max(said, shown), before };
}

/** Whether a stage was never begun, or gave up because its run seemed to be gone: it left nothing that counts. */
export const isUndone = ({ outcome, facts }: Ended): boolean =>
  outcome.kind === 'exited' &&
  (facts.text('call') === 'unknown' || toldFailure(facts, outcome.code)?.reason === 'link-lost');

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
  if (outcome.kind === 'refused') return new Failure(notBegun(stage, outcome.why));
  const refusal = facts.text('stage') === '' ? sudoRefusal(user, errors) : undefined;
  if (refusal !== undefined) return new Failure(refusal);
  if (outcome.kind === 'exited' && outcome.code !== programMissing && facts.text('stage') === '')
    return new Failure(notRun(user, stage, outcome.code, [...before, ...errors]));
  return new Failure(hostError(stage, outcome, errors));
}

/** Whether the program of this version is not installed on the host. */
export const isProgramMissing = ({ outcome }: Ended): boolean =>
  outcome.kind === 'exited' && outcome.code === programMissing;
