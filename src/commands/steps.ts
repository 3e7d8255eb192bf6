import type { Log } from '../report/log.ts';
import type { SetupStep } from '../report/setup.ts';
import type { Learn } from './host-run.ts';

/** The steps of a setup, in their order: told to people as they are known, and kept for the report. */
export class Steps {
  readonly #log: Log;
  readonly #learn: Learn;
  readonly #all = new Map<string, SetupStep>();
  readonly #tutorial: string[] = [];

  constructor(log: Log, learn: Learn) {
    this.#log = log;
    this.#learn = learn;
  }

  /** Takes a step before it is done, or after; the same name is the same step. */
  note(step: SetupStep): void {
    const will = this.#all.get(step.name)?.will || step.will;
    this.#all.set(step.name, { ...step, will });
    this.#report();
    this.#log.foreign(`${step.name}: ${describe(step)}`);
  }

  /** Takes what was found of a tutorial's set-up, or what became of it, in sentences. */
  noteTutorial(sentences: readonly string[]): void {
    this.#tutorial.push(...sentences);
    this.#report();
    for (const one of sentences) this.#log.foreign(one);
  }

  #report(): void {
    this.#learn({ setup: { steps: [...this.#all.values()], tutorial: [...this.#tutorial] } });
  }

  /** Whether anything was changed. */
  get hasDone(): boolean {
    return [...this.#all.values()].some(({ did }) => did !== '');
  }
}

function describe({ will, did, there }: SetupStep): string {
  if (did !== '') return did;
  return there === '' ? `will ${will}` : `nothing to do, ${there}`;
}
