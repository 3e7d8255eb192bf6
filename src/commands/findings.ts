import type { Log } from '../report/log.ts';
import type { Learn } from './host-run.ts';

/** What a person should know, in sentences: kept for the report, and shown as warnings once each. */
export class Findings {
  readonly #log: Log;
  readonly #title: string;
  readonly #learn: Learn;
  readonly #all: string[] = [];
  #shown = 0;

  constructor(log: Log, title: string, learn: Learn) {
    this.#log = log;
    this.#title = title;
    this.#learn = learn;
  }

  note(more: readonly string[]): void {
    this.#all.push(...more);
    this.#learn({ findings: [...this.#all] });
  }

  /** Shows what was noted since the last time. */
  warn(): void {
    for (const one of this.#all.slice(this.#shown)) this.#log.warning(this.#title, one);
    this.#shown = this.#all.length;
  }

  warnOf(more: readonly string[]): void {
    this.note(more);
    this.warn();
  }
}
