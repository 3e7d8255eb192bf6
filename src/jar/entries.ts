import { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { type Archive, findArchive, readExactly } from './archive.ts';

/** One entry of a zip whose directory and local header agree. */
export interface ZipEntry {
  readonly name: string;
  readonly comment: string;
  readonly isStored: boolean;
  /** Where its local header begins in the file. */
  readonly header: number;
  /** Where its data begins in the file, and how many bytes they are there. */
  readonly data: number;
  readonly bytes: number;
  /** CRC-32 and length of its content, as the directory tells them. */
  readonly crc: number;
  readonly contentBytes: number;
  /** Its content, unpacked; as long as the file is open. */
  readonly open: () => Promise<Readable>;
}

/**
 * All entries of the zip that lies in `bytes` bytes of an open file from `from` on, each checked against its local
 * header, as Java would read it later; nothing is unpacked. Throws an Error that says what is broken, as a clause
 * about the file.
 */
export async function* readEntries(file: number, from: number, bytes: number): AsyncGenerator<ZipEntry> {
  const archive = findArchive(file, from, bytes);
  const reader = new FileRange(file, archive.start);
  const zip = await yauzl.fromRandomAccessReaderPromise(reader, from + bytes - archive.start, {
    autoClose: false,
    decodeStrings: false,
  });
  let left = archive.directoryBytes;
  for await (const entry of zip.eachEntry()) {
    left -= 46 + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
    const name = entry.fileNameRaw.toString('utf8');
    yield {
      name,
      comment: entry.fileCommentRaw.toString('utf8'),
      isStored: entry.compressionMethod === 0,
      header: archive.start + entry.relativeOffsetOfLocalHeader,
      data: checkLocalHeader(file, archive, entry, name),
      bytes: entry.compressedSize,
      crc: entry.crc32,
      contentBytes: entry.uncompressedSize,
      open: () => zip.openReadStreamPromise(entry),
    };
  }
  if (left !== 0) throw new Error('its directory has another length than its last record says');
}

/** Where the entry's data begins. */
function checkLocalHeader(file: number, archive: Archive, entry: yauzl.Entry, name: string): number {
  if (entry.isEncrypted()) throw new Error(`its entry ${name} is encrypted, which Java cannot read`);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    throw new Error(
      `its entry ${name} is compressed by method ${entry.compressionMethod}, which Java cannot read`,
    );
  const at = archive.start + entry.relativeOffsetOfLocalHeader;
  const nameLength = entry.fileNameRaw.length;
  const header = readExactly(file, at, 30 + nameLength);
  const isSame =
    header.readUInt32LE(0) === 0x04034b50 &&
    header.readUInt16LE(8) === entry.compressionMethod &&
    header.readUInt16LE(26) === nameLength &&
    header.subarray(30).equals(entry.fileNameRaw);
  if (!isSame) throw new Error(`its directory says that ${name} is at byte ${at}, where something else is`);
  const data = at + 30 + nameLength + header.readUInt16LE(28);
  if (data + entry.compressedSize > archive.directory)
    throw new Error(`the data of ${name} would reach into its directory`);
  return data;
}

const chunkBytes = 65_536;

/** An open file from one of its bytes on, as yauzl reads it; stays open. */
class FileRange extends yauzl.RandomAccessReader {
  readonly #file: number;
  readonly #start: number;

  constructor(file: number, start: number) {
    super();
    this.#file = file;
    this.#start = start;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    try {
      readExactly(this.#file, this.#start + position, length).copy(buffer, offset);
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    callback(null);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#chunks(start, end));
  }

  *#chunks(start: number, end: number): Generator<Buffer> {
    for (let at = start; at < end; at += chunkBytes)
      yield readExactly(this.#file, this.#start + at, Math.min(chunkBytes, end - at));
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}
