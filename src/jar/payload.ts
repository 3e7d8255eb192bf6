import { Readable } from 'node:stream';

/** Bytes from `from` up to, but not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Bytes that are to be sent: ranges of a local file, one after the other. */
export interface Payload {
  readonly bytes: number;
  /** Streams a part of it from the disk. The stream fails with an UnreadablePayload. */
  readonly open: (part: Range) => Readable;
}

/** The file could not be read, or has become shorter. */
export class UnreadablePayload extends Error {}

/** What opens a range of a file; its end may come early. */
export type OpenRange = (range: Range) => Readable;

/** Makes a payload of the ranges of a file, in their order; nothing is opened yet. */
export function payloadOf(ranges: readonly Range[], openFile: OpenRange): Payload {
  const bytes = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  return { bytes, open: part => Readable.from(chunksOf(ranges, part, openFile), { objectMode: false }) };
}

async function* chunksOf(
  ranges: readonly Range[],
  part: Range,
  openFile: OpenRange,
): AsyncGenerator<Buffer, void, undefined> {
  let start = 0;
  for (const { from, to } of ranges) {
    const shift = from - start;
    const range = { from: Math.max(part.from + shift, from), to: Math.min(part.to + shift, to) };
    start += to - from;
    if (range.from >= range.to) continue;
    let at = range.from;
    for await (const chunk of readable(openFile(range))) {
      at += chunk.length;
      yield chunk;
    }
    if (at !== range.to)
      throw new UnreadablePayload(`it ended at byte ${at}, and ${range.to} were there before`);
  }
}

async function* readable(file: Readable): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of file) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
  } catch (error) {
    throw new UnreadablePayload(error instanceof Error ? error.message : String(error));
  }
}
