import type { Range } from './payload.ts';
import type { Piece } from './pieces.ts';
import type { HeldJar } from './pieces-list.ts';
import { boundCopies, joinSteps, recipeOf, type Step, sentRanges } from './recipe.ts';

/** How a host makes the jar of jars it has and of what travels. */
export interface Delta {
  readonly recipe: Buffer;
  /** What travels beside the recipe, of the local jar; may be nothing. */
  readonly ranges: readonly Range[];
  /** All that travels, the recipe included. */
  readonly bytes: number;
}

/** A delta that saves less than so many bytes, or than such a share of the jar, is not worth another way of failing. */
const leastSavedBytes = 65_536;
const leastSavedShare = 0.1;

/**
 * How to make a jar of these pieces from the jars of a host; undefined where it would save little or nothing. What the
 * host says of its jars may be wrong: the host checks each step, and the sha256 of the whole.
 */
export function deltaOf(own: readonly Piece[], held: readonly HeldJar[]): Delta | undefined {
  const steps = boundCopies(joinSteps(matchPieces(own, held)));
  const recipe = recipeOf(steps);
  const ranges = sentRanges(steps);
  const bytes = ranges.reduce((sum, { from, to }) => sum + to - from, recipe.length);
  const whole = own.reduce((sum, piece) => sum + piece.bytes, 0);
  const isWorth = whole - bytes >= Math.max(leastSavedBytes, whole * leastSavedShare);
  return isWorth ? { recipe, ranges, bytes } : undefined;
}

const keyOf = (hash: string, bytes: number): string => `${hash}${bytes}`;

/** Each piece from where it lies on the host, in the jar that the piece before it was found in if it goes on there. */
function matchPieces(own: readonly Piece[], held: readonly HeldJar[]): readonly Step[] {
  const places = held.flatMap(placesIn);
  const firsts = new Map(places.map(({ key }, index) => [key, index] as const).toReversed());
  let found = -1;
  return own.map(({ hash, bytes, content }): Step => {
    const key = keyOf(hash, bytes);
    const next = found + 1;
    found = found >= 0 && places[next]?.key === key ? next : (firsts.get(key) ?? -1);
    const place = places[found];
    return place
      ? { kind: 'copy', release: place.release, at: place.at, bytes }
      : { kind: 'send', bytes, content };
  });
}

/** Where each part of a host's jar lies in it, and which piece it is, if the host says that. */
function placesIn({ release, parts }: HeldJar) {
  let end = 0;
  return parts.map(({ hash, bytes }) => {
    end += bytes;
    return { key: hash === undefined ? undefined : keyOf(hash, bytes), release, at: end - bytes };
  });
}
