import { mostPieces } from './cuts.ts';
import type { Piece } from './pieces.ts';

/** A jar on a host: its release, and what it is made of; without a hash where another jar before it has the same bytes. */
export interface HeldJar {
  readonly release: string;
  readonly parts: readonly { readonly hash: string | undefined; readonly bytes: number }[];
}

/**
 * The pieces of a jar as one line, which lies beside it on the host: of each its hash and its length, such as
 * `bXkgaGFzaCE4096`.
 */
export const piecesLine = (pieces: readonly Piece[]): string =>
  `${pieces.map(({ hash, bytes }) => `${hash}${bytes}`).join(' ')}\n`;

const line = /^(\d{8}T\d{6}Z-[0-9a-f]{8}) (.*)$/s;
const word = /^(?:([\w-]{11})|)([1-9]\d{0,12})$/;

/**
 * Reads what a host tells of the pieces it has: a line for each release. It may be anybody's text: lines that are none
 * are passed over, and no number is trusted for more than a place to look at. Never fails.
 */
export function readHeldJars(lines: readonly string[]): readonly HeldJar[] {
  let left = mostPieces * 4;
  return lines.flatMap(text => {
    const [, release, list] = line.exec(text) ?? [];
    if (release === undefined || list === undefined) return [];
    const words = list.split(' ', left);
    left -= words.length;
    const parts = words.map(one => {
      const [, hash, bytes] = word.exec(one) ?? [];
      return bytes === undefined ? undefined : { hash, bytes: Number(bytes) };
    });
    const known = parts.filter(part => part !== undefined);
    return known.length === parts.length ? [{ release, parts: known }] : [];
  });
}
