import { Failure, type FailureText, type Stage } from '../failure.ts';
import { formatMs } from './format.ts';
import type { Log } from './log.ts';

/** When a stage ran: milliseconds since the command began. */
export interface StageTime {
  readonly stage: Stage;
  readonly startMs: number;
  readonly ms: number;
}

/** When work ran that goes on beside the stages; milliseconds likewise. */
export interface BesideTime {
  readonly what: string;
  readonly startMs: number;
  readonly ms: number;
}

/** A failure and the stage it happened in. */
export class StageFailure extends Error {
  readonly stage: Stage;
  readonly text: FailureText;

  constructor(stage: Stage, text: FailureText, cause: unknown) {
    super(text.message, { cause });
    this.name = 'StageFailure';
    this.stage = stage;
    this.text = text;
  }
}

/** Runs stages one after another, each a log group with its time, and work beside them. */
export class Timeline {
  readonly times: StageTime[] = [];
  readonly besides: BesideTime[] = [];
  /** The stage under way. */
  running: Stage | undefined;
  readonly #began: number;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #signal: AbortSignal;

  /** `now` is a clock in milliseconds that never goes back; once `signal` is aborted no stage begins. */
  constructor(log: Log, now: () => number, signal: AbortSignal) {
    this.#log = log;
    this.#now = now;
    this.#signal = signal;
    this.#began = now();
  }

  get elapsedMs(): number {
    return Math.round(this.#now() - this.#began);
  }

  /** Runs one stage; what it throws becomes a StageFailure. */
  async stage<T>(stage: Stage, about: string, work: () => Promise<T>): Promise<T> {
    const startMs = this.elapsedMs;
    this.running = stage;
    this.#log.startGroup(`${stage}: ${about}`);
    try {
      this.#signal.throwIfAborted();
      return await Promise.race([work(), aborted(this.#signal)]);
    } catch (error) {
      throw error instanceof StageFailure ? error : new StageFailure(stage, asFailure(error), error);
    } finally {
      const ms = this.elapsedMs - startMs;
      this.running = undefined;
      this.times.push({ stage, startMs, ms });
      this.#log.info(`${stage} took ${formatMs(ms)}`);
      this.#log.endGroup();
    }
  }

  /**
   * Runs work of a stage that goes on while the next ones run; `what` it is, for people. What it throws becomes a
   * StageFailure for those who wait for it; where the traffic is by then, they know.
   */
  async beside<T>(stage: Stage, what: string, work: () => Promise<T>): Promise<T> {
    const startMs = this.elapsedMs;
    try {
      return await work();
    } catch (error) {
      throw new StageFailure(stage, { ...asFailure(error), traffic: '' }, error);
    } finally {
      const ms = this.elapsedMs - startMs;
      this.besides.push({ what, startMs, ms });
      const ended = this.times.filter(time => time.startMs + time.ms > startMs).map(time => time.stage);
      const stages = [...ended, ...(this.running === undefined ? [] : [this.running])];
      this.#log.info(`${what} took ${formatMs(ms)}, beside ${stages.join(' and ')}`);
    }
  }
}

/** Gives nothing, and fails when that work does: what it is raced with need not go on then. */
export async function failureOf(work: Promise<unknown>): Promise<never> {
  await work;
  return await new Promise(() => undefined);
}

/** A runner that cancels waits 7.5 s before it asks again, and 2.5 s before it kills (actions/runner, ProcessInvoker.cs). */
const graceMs = 4000;

/** Rejects with the signal's reason a while after it is aborted: the stage may end by itself and tell how. */
function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = () => setTimeout(() => reject(signal.reason), graceMs).unref();
  signal.addEventListener('abort', giveUp, { once: true });
  return promise;
}

function asFailure(error: unknown): FailureText {
  if (error instanceof Failure) return error.text;
  return {
    reason: 'action-error',
    message: `The action failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    traffic: '',
    remedy: 'This is a defect of the action: please report it with this log.',
  };
}
