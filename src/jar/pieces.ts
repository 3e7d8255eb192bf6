import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mostContentBytes } from './recipe.ts';

/** Bytes of a jar that follow each other, known by a short hash of them: the sha256 of the whole jar is what proves. */
export interface Piece {
  /** The first 8 bytes of their sha256, in base64url. */
  readonly hash: string;
  readonly bytes: number;
  /** The bytes themselves, of a piece that is only a few. */
  readonly content: Buffer | undefined;
}

const hashBytes = 8;

/** A jar's sha256 in hex, and its pieces in order. */
export interface HashedJar {
  readonly sha256: string;
  readonly pieces: readonly Piece[];
}

/** Reads a file of that length once, cut at these rising positions. Rejects when it cannot be read or has another length. */
export async function hashPieces(
  path: string,
  cuts: readonly number[],
  fileBytes: number,
): Promise<HashedJar> {
  const whole = createHash('sha256');
  const pieces: Piece[] = [];
  let piece = new OpenPiece(cuts[0] ?? fileBytes);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    let rest = Buffer.from(chunk);
    whole.update(rest);
    while (rest.length > 0) {
      if (piece.left === 0) throw new Error(`${path} grew while it was read`);
      rest = piece.take(rest);
      if (piece.left > 0) break;
      pieces.push(piece.end());
      const begin = cuts[pieces.length - 1] ?? fileBytes;
      piece = new OpenPiece((cuts[pieces.length] ?? fileBytes) - begin);
    }
  }
  if (piece.left > 0) throw new Error(`${path} was cut off while it was read`);
  return { sha256: whole.digest('hex'), pieces };
}

/** A piece whose bytes come in parts. */
class OpenPiece {
  readonly #hash = createHash('sha256');
  readonly #bytes: number;
  readonly #content: Buffer[] = [];
  left: number;

  constructor(bytes: number) {
    this.#bytes = bytes;
    this.left = bytes;
  }

  /** Takes what belongs to it, and gives the rest. */
  take(bytes: Buffer): Buffer {
    const own = bytes.subarray(0, this.left);
    this.#hash.update(own);
    if (this.#bytes <= mostContentBytes) this.#content.push(Buffer.from(own));
    this.left -= own.length;
    return bytes.subarray(own.length);
  }

  end(): Piece {
    return {
      hash: this.#hash.digest().subarray(0, hashBytes).toString('base64url'),
      bytes: this.#bytes,
      content: this.#bytes <= mostContentBytes ? Buffer.concat(this.#content) : undefined,
    };
  }
}
