import { type Bake, readBake } from './bake.ts';
import type { Inputs } from './inputs.ts';
import { readWarmUp, type WarmUp } from './warm-up.ts';

/** How the traffic is moved to a release, new or old, and what becomes of the one it leaves. Durations in milliseconds. */
export interface Switching {
  readonly warmUp: WarmUp | undefined;
  readonly smokeCommand: string;
  readonly verifyUrl: URL | undefined;
  readonly bake: Bake;
  readonly lockWaitMs: number;
  readonly drainTimeoutMs: number;
  /** What becomes of the color that the traffic has left. */
  readonly keepPrevious: 'stopped' | 'running';
  readonly keepReleases: number;
  readonly force: boolean;
}

/** Reads the inputs of a switch; `timeoutMs` is the whole command's. */
export const readSwitching = (inputs: Inputs, timeoutMs: number): Switching => ({
  warmUp: readWarmUp(inputs),
  smokeCommand: inputs.text('smoke-command'),
  verifyUrl: inputs.optionalUrl('verify-url'),
  bake: readBake(inputs, timeoutMs),
  lockWaitMs: inputs.duration('lock-wait', '0ms', '6h'),
  drainTimeoutMs: inputs.duration('drain-timeout', '0ms', '1h'),
  keepPrevious: inputs.oneOf('keep-previous', ['stopped', 'running']),
  keepReleases: inputs.number('keep-releases', 2, 100),
  force: inputs.flag('force'),
});
