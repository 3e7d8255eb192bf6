import { setTimeout as sleep } from 'node:timers/promises';
import type { HostParameters, HostStage } from '../host/stage.ts';
import type { EarlyCall } from './early-call.ts';

/** How long the host has to say that a stage that was called ahead was not begun, in ms. */
const wordMs = 1000;

/** The stages that are run one by one under the lock. */
export type CalledStage = Exclude<HostStage, 'acquire' | 'follow' | 'part'>;

/** A stage that is to be called ahead, and what it is told. */
export interface PlannedCall {
  readonly stage: CalledStage;
  readonly parameters: HostParameters;
}

/** The calls that are made before anybody waits for them, and which are planned. */
export class CallsAhead {
  readonly #calls = new Map<HostStage, EarlyCall>();
  /** What follows a stage. */
  readonly #plan = new Map<HostStage, PlannedCall>();

  /** A stage shall be called once the one before it is. */
  planAfter(before: CalledStage, planned: PlannedCall): void {
    this.#plan.set(before, planned);
  }

  /** What is to be called after a stage, and is not called yet. */
  after(before: CalledStage): PlannedCall | undefined {
    const planned = this.#plan.get(before);
    return planned === undefined || this.#calls.has(planned.stage) ? undefined : planned;
  }

  add(call: EarlyCall): void {
    this.#calls.set(call.stage, call);
  }

  /** The call of a stage whose turn has come, if it was made. */
  take(stage: CalledStage): EarlyCall | undefined {
    const call = this.#calls.get(stage);
    this.#calls.delete(stage);
    return call;
  }

  /**
   * Whether a stage that was called and never taken may have begun, or may yet begin; gives the host a while to say
   * that it was not.
   */
  async mayHaveBegun(stage: CalledStage): Promise<boolean> {
    const call = this.#calls.get(stage);
    if (call === undefined) return false;
    await Promise.race([call.ended, sleep(wordMs)]);
    return call.mayHaveBegun;
  }
}
