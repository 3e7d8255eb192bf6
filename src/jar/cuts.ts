import { crc32 } from 'node:zlib';
import type { ZipEntry } from './entries.ts';

/** Where an entry of a zip lies. */
export type Placed = Pick<ZipEntry, 'name' | 'header' | 'data' | 'bytes'>;

/** An entry of so many bytes is a piece of its own, without its header, which has the time of the build. */
const largeBytes = 16_384;
/** Small entries are taken together, up to so many bytes. */
const groupBytes = 32_768;
const fewestGroupBytes = 8192;
export const mostPieces = 2048;

/**
 * Where to cut a jar so that another build of it has most of the pieces: around the data of large entries, and between
 * small ones by their names, so that one that is added or removed moves few cuts. Takes its entries in any order; gives
 * positions within the file, rising, without 0 and the end.
 */
export function cutsOf(entries: readonly Placed[], fileBytes: number): readonly number[] {
  const placed = entries.toSorted((one, other) => one.header - other.header);
  for (let scale = 1; ; scale *= 2) {
    const cuts = cutBy(placed, scale, fileBytes);
    if (cuts.length < mostPieces) return cuts;
  }
}

function cutBy(placed: readonly Placed[], scale: number, fileBytes: number): readonly number[] {
  const cuts: number[] = [];
  let last = 0;
  const cut = (at: number): void => {
    if (at > last && at < fileBytes) {
      cuts.push(at);
      last = at;
    }
  };
  for (const { name, header, data, bytes } of placed) {
    const group = header - last;
    if (group >= groupBytes * scale || (group >= fewestGroupBytes * scale && crc32(name) % 2 === 0))
      cut(header);
    if (bytes >= largeBytes * scale) {
      cut(data);
      cut(data + bytes);
    }
  }
  const end = placed.at(-1);
  if (end !== undefined) cut(end.data + end.bytes);
  return cuts;
}
