import type { Inputs } from './inputs.ts';

/** Requests to the new release before clients meet it. */
export interface WarmUp {
  readonly paths: readonly string[];
  /** How many there are at least. */
  readonly requests: number;
}

/** They travel to the host in one command line. */
const mostCharacters = 20_000;

/** Reads the warm-up inputs; undefined without paths. */
export function readWarmUp(inputs: Inputs): WarmUp | undefined {
  const paths = inputs.paths('warm-up-paths');
  const requests = inputs.number('warm-up-requests', 1, 100_000);
  if (paths.join(' ').length > mostCharacters)
    inputs.refuse('warm-up-paths', `paths of at most ${mostCharacters} characters together`);
  return paths.length === 0 ? undefined : { paths, requests };
}
