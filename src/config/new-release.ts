import { hasControl, type Inputs } from './inputs.ts';
import { type Launch, readLaunch } from './launch.ts';

/** What a new release is made of. */
export interface NewReleaseConfig {
  /** Path or glob; empty only for a plan before the build. */
  readonly jar: string;
  readonly buildCommand: string;
  readonly launch: Launch;
  readonly olderCommit: 'refuse' | 'warn';
}

/** Reads the inputs of a new release. */
export const readNewRelease = (inputs: Inputs, isJarNeeded: boolean): NewReleaseConfig => ({
  jar: readJar(inputs, isJarNeeded),
  buildCommand: inputs.text('build-command'),
  launch: readLaunch(inputs),
  olderCommit: inputs.oneOf('older-commit', ['refuse', 'warn']),
});

function readJar(inputs: Inputs, isNeeded: boolean): string {
  const jar = inputs.text('jar');
  if ((isNeeded && jar === '') || hasControl(jar))
    inputs.refuse('jar', 'a path or glob that matches exactly one file');
  return jar;
}
