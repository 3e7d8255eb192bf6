import type { Range } from './payload.ts';

/** A run of the jar's bytes: copied from a jar of the host, or sent; a few are sent within the recipe, which is cheaper. */
export type Step =
  | { readonly kind: 'copy'; readonly release: string; readonly at: number; readonly bytes: number }
  | { readonly kind: 'send'; readonly bytes: number; readonly content: Buffer | undefined };

/** Each copy is a process on the host, about a millisecond: a copy of fewer bytes is not faster than to send them. */
export const mostCopies = 128;
const fewestBytes = 16_384;
/** So many bytes that are sent are four letters each in the recipe, where a shell writes them without a process. */
export const mostContentBytes = 512;

/** The same steps, those that go on from each other as one. */
export function joinSteps(steps: readonly Step[]): readonly Step[] {
  const joined: Step[] = [];
  for (const step of steps) {
    const last = joined.at(-1);
    const both = last && joinTwo(last, step);
    if (both !== undefined) joined.pop();
    joined.push(both ?? step);
  }
  return joined;
}

function joinTwo(one: Step, other: Step): Step | undefined {
  const bytes = one.bytes + other.bytes;
  if (one.kind === 'send' && other.kind === 'send') {
    const isShort = bytes <= mostContentBytes && one.content !== undefined && other.content !== undefined;
    return {
      kind: 'send',
      bytes,
      content: isShort ? Buffer.concat([one.content, other.content]) : undefined,
    };
  }
  const goesOn =
    one.kind === 'copy' &&
    other.kind === 'copy' &&
    one.release === other.release &&
    one.at + one.bytes === other.at;
  return goesOn ? { ...one, bytes } : undefined;
}

/** The largest copies alone; what the others would have copied is sent. */
export function boundCopies(steps: readonly Step[]): readonly Step[] {
  const largest = steps
    .filter(({ kind, bytes }) => kind === 'copy' && bytes >= fewestBytes)
    .toSorted((one, other) => other.bytes - one.bytes);
  const kept = new Set(largest.slice(0, mostCopies));
  return joinSteps(
    steps.map(step =>
      step.kind === 'send' || kept.has(step) ? step : { kind: 'send', bytes: step.bytes, content: undefined },
    ),
  );
}

/**
 * The steps as the host takes them, a line each: `RELEASE POSITION BYTES` of a release's jar, `payload BYTES` of what
 * is sent beside, or `text` and the bytes themselves as octal numbers.
 */
export const recipeOf = (steps: readonly Step[]): Buffer =>
  Buffer.from(steps.map(step => `${lineOf(step)}\n`).join(''));

function lineOf(step: Step): string {
  if (step.kind === 'copy') return `${step.release} ${step.at} ${step.bytes}`;
  return step.content === undefined
    ? `payload ${step.bytes}`
    : `text ${[...step.content].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('')}`;
}

/** What is sent beside the recipe, of the local jar. */
export function sentRanges(steps: readonly Step[]): readonly Range[] {
  let end = 0;
  return steps.flatMap(step => {
    end += step.bytes;
    return step.kind === 'send' && step.content === undefined ? [{ from: end - step.bytes, to: end }] : [];
  });
}
