/** One attempt with the deploy key. */
export interface Attack {
  /** What was tried. */
  readonly name: string;
  /**
   * Run by the deploy user's shell. `$program` is the host program, `$call` the call it may make, `$attack` a program of
   * the attacker's that anybody may run: it writes down as whom it runs, and what it can read. `hold` takes the lock and
   * sets `$held`, the words of its holder; `let_go` gives it back.
   */
  readonly script: string;
  /** What must be in what the attempt says; each says so in its own way. */
  readonly says: RegExp;
  /** What a root shell on the host must say afterwards, beside that nothing was gained. */
  readonly after?: { readonly script: string; readonly says: RegExp };
}
