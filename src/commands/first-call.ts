import { Facts, type HostParameters, type HostStage } from '../host/stage.ts';
import type { Outcome } from '../ssh/session.ts';
import type { Ended } from './stage-call.ts';

/** A stage that is called together with the lock, which saves its own exec's round trips. */
export interface FirstStage {
  readonly stage: HostStage;
  readonly parameters: HostParameters;
  readonly onFact: (line: string) => void;
}

/** What such a stage says in the session that holds the lock, until its `call-ended`. */
export class FirstCall {
  readonly stage: HostStage;
  readonly ended: Promise<Ended>;
  /** The token it was called with; known once the lock is held. */
  token = 0;
  readonly #facts = new Facts();
  readonly #onFact: (line: string) => void;
  readonly #resolve: (ended: Ended) => void;
  #said = 0;

  constructor({ stage, onFact }: FirstStage) {
    const { promise, resolve } = Promise.withResolvers<Ended>();
    this.stage = stage;
    this.#onFact = onFact;
    this.ended = promise;
    this.#resolve = resolve;
  }

  take(line: string): void {
    const [, code] = /^@call-ended=(\d{1,3})$/.exec(line) ?? [];
    if (code !== undefined) this.end({ kind: 'exited', code: Number(code) });
    else if (this.#facts.take(line)) this.#onFact(line);
    else this.#said++;
  }

  /** It ended, or nothing more can come of it here. */
  end(outcome: Outcome): void {
    this.#resolve({ outcome, facts: this.#facts, errors: [], said: this.#said, before: [] });
  }
}
