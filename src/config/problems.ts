/** One input that cannot be taken: its name, what was given (never a secret), what is accepted. */
export interface Problem {
  readonly input: string;
  readonly given: string;
  readonly accepted: string;
}

/** Gathers problems, so that a user sees all of them at once. */
export class Problems {
  readonly list: Problem[] = [];

  add(input: string, given: string, accepted: string): void {
    this.list.push({ input, given, accepted });
  }
}

export const describeProblem = ({ input, given, accepted }: Problem): string =>
  `${input} ${given === '' ? 'is not given' : `is ${given}`}; accepted: ${accepted}`;
