import { hasControl, type Inputs } from './inputs.ts';

/** Which release to go back to, and why. */
export interface Return {
  /** Its name; undefined is the previous good one. */
  readonly release: string | undefined;
  /** One line, for people; may be empty. */
  readonly rollbackReason: string;
}

const longestReason = 300;

/** Reads `release` and `rollback-reason`. */
export function readReturn(inputs: Inputs): Return {
  const rollbackReason = inputs.text('rollback-reason');
  if (hasControl(rollbackReason) || rollbackReason.length > longestReason)
    inputs.refuse('rollback-reason', `one line of at most ${longestReason} characters`);
  return { release: readRelease(inputs), rollbackReason };
}

function readRelease(inputs: Inputs): string | undefined {
  if (inputs.text('release') === '') return undefined;
  return inputs.matching(
    'release',
    /^\d{8}T\d{6}Z-[0-9a-f]{8}$/,
    "a release's name, such as 20261122T214500Z-0a1b2c3d",
  );
}
