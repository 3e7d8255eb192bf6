/** What `setup` is about on one host. */
export interface Setup {
  readonly steps: readonly SetupStep[];
  /** What was found of a tutorial's set-up and what became of it, in sentences. */
  readonly tutorial: readonly string[];
}

/** One step. Texts come from the host and may be hostile. */
export interface SetupStep {
  readonly name: string;
  /** What was to be done, in a clause; empty when that was nothing. */
  readonly will: string;
  /** What was done, in a clause; empty when nothing was, or when the command ended before it. */
  readonly did: string;
  /** What is there already, in a clause, where nothing was to be done. */
  readonly there: string;
}
