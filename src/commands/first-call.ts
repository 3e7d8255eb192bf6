import { Facts, type HostParameters, type HostStage } from '../host/stage.ts';
import type { Log } from '../report/log.ts';
import type { Outcome } from '../ssh/session.ts';
import { EarlyCall } from './early-call.ts';

/** A stage that is called together with the lock, which saves its own exec's round trips. */
export interface FirstStage {
  readonly stage: HostStage;
  readonly parameters: HostParameters;
  /** Each fact's line as it comes. */
  readonly onFact?: (line: string) => void;
}

/** What such a stage says in the session that holds the lock, until its `call-ended`. */
export class FirstCall {
  /** Its token is known once the lock is held. */
  readonly call: EarlyCall;
  readonly #facts = new Facts();
  readonly #errors: string[] = [];
  readonly #onFact: ((line: string) => void) | undefined;
  #said = 0;

  constructor({ stage, onFact }: FirstStage, log: Pick<Log, 'foreign'>) {
    this.call = new EarlyCall(stage, 0, log);
    this.#onFact = onFact;
  }

  /** Takes a line that is a fact. */
  take(line: string): void {
    const [, code] = /^@call-ended=(\d{1,3})$/.exec(line) ?? [];
    if (code !== undefined) this.end({ kind: 'exited', code: Number(code) });
    else if (this.#facts.take(line)) this.#onFact?.(line);
  }

  /** Takes a line for people. */
  say(line: string): void {
    this.#said++;
    this.call.say(line);
  }

  /** Takes a line of its stderr. */
  complain(line: string): void {
    if (this.#errors.length < 50) this.#errors.push(line);
  }

  end(outcome: Outcome): void {
    this.call.end({ outcome, facts: this.#facts, errors: this.#errors, said: this.#said, before: [] });
  }
}
