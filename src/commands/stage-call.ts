import type { Readable } from 'node:stream';
import { Failure, type FailureText } from '../failure.ts';
import type { HostProgram } from '../host/program.ts';
import { Facts, type HostParameters, type HostStage, stageCommand, toldFailure } from '../host/stage.ts';
import type { Log } from '../report/log.ts';
import type { Outcome, Session } from '../ssh/session.ts';
import { sudoRefusal } from './sudo-refusal.ts';

/** How the host program is called: as whom, and what every stage is told. */
export interface Caller {
  readonly program: HostProgram;
  readonly user: string;
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
  { program, user, common, log }: Caller,
  stage: HostStage,
  parameters: HostParameters,
  { stdin, onLine, shown = 0 }: CallStreams = {},
): Promise<Ended> {
  const facts = new Facts();
  const errors: string[] = [];
  let said = 0;
  const outcome = await session.exec(stageCommand(program, user, stage, { ...common, ...parameters }), {
    ...(stdin && { stdin }),
    onLine: line => {
      onLine?.(line);
      if (facts.take(line)) return;
      said++;
      if (said > shown) log.foreign(line);
    },
    onErrorLine: line => {
      if (errors.length < 50) errors.push(line);
    },
  });
  return { outcome, facts, errors, said: Math.max(said, shown) };
}

/** Why a call did not end well, as a Failure. */
export function explainEnd(user: string, stage: HostStage, { outcome, facts, errors }: Ended): Failure {
  if (outcome.kind === 'exited') {
    const told = toldFailure(facts, outcome.code);
    if (told !== undefined) return new Failure(told);
  }
  if (outcome.kind === 'lost') return new Failure(lost(stage, outcome.why));
  const refusal = facts.text('stage') === '' ? sudoRefusal(user, errors) : undefined;
  if (refusal !== undefined) return new Failure(refusal);
  return new Failure(hostError(stage, outcome, errors));
}

const runAgain =
  'Run again: the next run looks what is there, finishes or takes back what was left, and goes on.';

const lost = (stage: HostStage, why: string): FailureText => ({
  reason: 'link-lost',
  message: `The SSH connection broke during ${stage}: ${why}.`,
  traffic: '',
  remedy: runAgain,
});

/** The link to the host broke and cannot be made again; `why` is a sentence. */
export const gone = (why: string): FailureText => ({
  reason: 'link-lost',
  message: `The SSH connection broke and did not come back: ${why}`,
  traffic: '',
  remedy: runAgain,
});

const hostError = (stage: HostStage, outcome: Outcome, errors: readonly string[]): FailureText => ({
  reason: 'host-error',
  message:
    outcome.kind === 'killed'
      ? `The host program was ended by the signal ${outcome.signal} during ${stage}.`
      : `The host program ended ${stage} with status ${outcome.kind === 'exited' ? outcome.code : 'unknown'}: ${errors.at(-1) ?? 'it said nothing'}`,
  traffic: '',
  remedy: 'Look at the log; if the host is in order, run again. If it happens again, please report it.',
  evidence: errors.length > 0 ? [{ title: 'what the host program wrote to stderr', lines: errors }] : [],
});
