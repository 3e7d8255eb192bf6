import { randomInt } from 'node:crypto';
import fc from 'fast-check';

/** How many values each input is sent: 1,000 in CI, as many as BLUEGREEN_FUZZ says in the proof. */
export const rounds = Number(process.env.BLUEGREEN_FUZZ ?? 1000);

/** Repeats a run when it is given as BLUEGREEN_SEED. */
export const seed = Number(process.env.BLUEGREEN_SEED ?? randomInt(2 ** 31));

console.log(`fuzz: ${rounds} values an input; BLUEGREEN_SEED=${seed} repeats it`);

/** `count` values, the same ones for the same seed and name. */
export function draw<T>(values: fc.Arbitrary<T>, name: string, count = rounds): readonly T[] {
  const own = [...name].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 2 ** 31, seed);
  return fc.sample(values, { numRuns: count, seed: own });
}
