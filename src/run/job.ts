import type { Actions } from '../report/actions.ts';
import type { Log } from '../report/log.ts';
import type { Redaction } from '../report/redaction.ts';

/** What a step of a job is given by the runner, and how it speaks to it. */
export interface Job {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workspace: string;
  /** Gives an input, empty where it is not set. */
  readonly read: (name: string) => string;
  readonly secrets: readonly string[];
  readonly redaction: Redaction;
  readonly actions: Actions;
  readonly log: Log;
  readonly isDebug: boolean;
  /** Aborted with a Failure by `stop`, or when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly stop: (reason: 'timeout', message: string, remedy: string) => void;
  /** Keeps a value for the post step. */
  readonly saveState: (name: string, value: string) => void;
}
