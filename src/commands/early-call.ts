import type { HostStage } from '../host/stage.ts';
import type { Log } from '../report/log.ts';
import { type Ended, isUndone } from './stage-call.ts';

/** How many characters of lines for people are kept, so that a host cannot fill the runner's memory. */
const mostKept = 1024 * 1024;

/** A call that is made before its stage's turn has come: what it says for people is kept until then. */
export class EarlyCall {
  readonly stage: HostStage;
  readonly ended: Promise<Ended>;
  /** The token it is made with. */
  token: number;
  readonly #log: Pick<Log, 'foreign'>;
  readonly #resolve: (ended: Ended) => void;
  #mayHaveBegun = true;
  #kept: string[] | undefined = [];
  #room = mostKept;

  constructor(stage: HostStage, token: number, log: Pick<Log, 'foreign'>) {
    const { promise, resolve } = Promise.withResolvers<Ended>();
    this.stage = stage;
    this.token = token;
    this.#log = log;
    this.ended = promise;
    this.#resolve = resolve;
  }

  /** False once the host has said that it was not begun. */
  get mayHaveBegun(): boolean {
    return this.#mayHaveBegun;
  }

  /** A line of it for people. */
  say(line: string): void {
    this.#room -= line.length + 64;
    if (this.#kept === undefined) this.#log.foreign(line);
    else if (this.#room > 0) this.#kept.push(line);
  }

  /** Its turn has come: what was kept is shown, and what comes is shown as it comes. */
  show(): void {
    for (const line of this.#kept ?? []) this.#log.foreign(line);
    this.#kept = undefined;
  }

  /** It ended, or nothing more can come of it here. */
  end(ended: Ended): void {
    this.#mayHaveBegun = !isUndone(ended);
    this.#resolve(ended);
  }
}
