import type { Inputs } from './inputs.ts';

/** How real traffic is watched after the switch. */
export interface Bake {
  /** 0 is not at all. */
  readonly timeMs: number;
  /** Failed requests of 10,000 that the new release may have: 100 is 1%. */
  readonly maxErrorsPer10000: number;
}

/** Reads the bake inputs; the bake must leave time for the rest of a command that may take `timeoutMs`. */
export function readBake(inputs: Inputs, timeoutMs: number): Bake {
  const timeMs = inputs.duration('bake-time', '0s', '1h');
  if (timeMs >= timeoutMs)
    inputs.refuse('bake-time', `a duration shorter than timeout, which is ${inputs.text('timeout')}`);
  return { timeMs, maxErrorsPer10000: readRate(inputs, 'bake-max-error-rate') };
}

/** A percentage with at most two decimals, in parts of 10,000. */
function readRate(inputs: Inputs, name: string): number {
  const [, whole, decimals = ''] = /^(\d{1,3})(?:\.(\d{1,2}))?%$/.exec(inputs.text(name)) ?? [];
  const rate = whole === undefined ? Number.NaN : Number(whole) * 100 + Number(decimals.padEnd(2, '0'));
  if (!(rate <= 10_000))
    inputs.refuse(name, 'a percentage from 0% to 100% with at most two decimals, such as 0.25%');
  return rate;
}
