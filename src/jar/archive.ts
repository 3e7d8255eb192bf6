import { readSync } from 'node:fs';

/** Where a zip lies in its file: what its offsets count from, where its directory begins, how long that is. */
export interface Archive {
  readonly start: number;
  readonly directory: number;
  readonly directoryBytes: number;
  readonly entries: number;
}

const endBytes = 22;
const longestComment = 0xffff;

/**
 * Finds the directory of the zip that lies in `bytes` bytes from `from` on, as Java does: by the record at its very
 * end. Something may stand before the zip, such as the launch script of a fully executable jar, with offsets that
 * count from either start. Throws an Error that says what is wrong, as a clause about the file.
 */
export function findArchive(file: number, from: number, bytes: number): Archive {
  const tailBytes = Math.min(bytes, endBytes + longestComment);
  const tail = readExactly(file, from + bytes - tailBytes, tailBytes);
  const at = findEnd(tail);
  const end = readEnd(file, from, from + bytes - tailBytes + at, tail.subarray(at));
  const directory = end.at - end.directoryBytes;
  const start = directory - end.directoryOffset;
  if (start < from) throw new Error(`${from - start} bytes are missing before its directory`);
  if (end.entries > 0 && readExactly(file, directory, 4).readUInt32LE(0) !== 0x02014b50)
    throw new Error('its directory is not where its last record says');
  return { start, directory, directoryBytes: end.directoryBytes, entries: end.entries };
}

/** The end record's place in the last bytes of the file: the one whose comment ends with them. */
function findEnd(tail: Buffer): number {
  let stray: number | undefined;
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== 0x06054b50) continue;
    const beyond = tail.length - at - endBytes - tail.readUInt16LE(at + 20);
    if (beyond === 0) return at;
    stray ??= beyond;
  }
  throw new Error(
    stray !== undefined && stray > 0
      ? `its last ${stray} bytes are no part of a zip: it was cut off, or they were appended`
      : 'it is no zip, or its end is missing',
  );
}

/** The end record, or the zip64 one that stands before it where its numbers do not fit. */
function readEnd(file: number, from: number, at: number, record: Buffer) {
  const end = {
    at,
    entries: record.readUInt16LE(10),
    directoryBytes: record.readUInt32LE(12),
    directoryOffset: record.readUInt32LE(16),
  };
  const isFull = end.entries === 0xffff || [end.directoryBytes, end.directoryOffset].includes(0xffffffff);
  const locator = isFull && at - from >= 20 ? readExactly(file, at - 20, 20) : undefined;
  if (locator?.readUInt32LE(0) !== 0x07064b50) return end;
  const at64 = from + Number(locator.readBigUInt64LE(8));
  const record64 = readExactly(file, at64, 56);
  if (record64.readUInt32LE(0) !== 0x06064b50)
    throw new Error('its zip64 record is not where its last record says');
  return {
    at: at64,
    entries: Number(record64.readBigUInt64LE(32)),
    directoryBytes: Number(record64.readBigUInt64LE(40)),
    directoryOffset: Number(record64.readBigUInt64LE(48)),
  };
}

/** That many bytes of an open file; throws an Error when they are not all there. */
export function readExactly(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  if (position < 0 || !Number.isSafeInteger(position) || readSync(file, bytes, 0, length, position) < length)
    throw new Error('its end is missing');
  return bytes;
}
