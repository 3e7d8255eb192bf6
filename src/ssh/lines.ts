import { StringDecoder } from 'node:string_decoder';

const longestLine = 64 * 1024;

/**
 * Turns chunks of bytes into lines, without their ends. Invalid UTF-8 becomes U+FFFD, a line of over
 * 64 KiB is cut and its rest dropped, so that a host cannot fill the runner's memory. The empty chunk
 * at the end of a stream is not needed: what the host program says always ends its lines.
 */
export function splitLines(onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isCut = false;
  return chunk => {
    const pieces = (rest + decoder.write(chunk)).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      if (isCut) isCut = false;
      else onLine(piece.slice(0, longestLine).replace(/\r$/, ''));
    }
    if (rest.length > longestLine) {
      if (!isCut) onLine(rest.slice(0, longestLine));
      isCut = true;
      rest = '';
    }
  };
}
