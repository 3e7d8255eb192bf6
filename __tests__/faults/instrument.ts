import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assembleProgram } from '../../src/host/program.ts';
import type { Point } from './points.ts';

/** Where the host program and a test speak to each other; in memory, so a boot ends what was arranged. */
export const faultFolder = '/run/bluegreen-fault';

/** Says once that the point was reached, and waits until it is let go. Without the folder it is nothing. */
const hold = `[ ! -d ${faultFolder} ] || ! mkdir ${faultFolder}/reached 2>/dev/null || until [ -e ${faultFolder}/go ]; do sleep 0.02 </dev/null; done`;

/** A text in a file of src/host, there exactly once, and what takes its place. */
export interface Replacement {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** The text of the host program as it is committed, and where it is installed. */
export const program = assembleProgram();

const hostFolder = new URL('../../src/host/', import.meta.url);

/** The host program that stops at the point, with the replacements made. Throws where a text is not there exactly once. */
export function instrument(point: Point, replacements: readonly Replacement[] = []): string {
  const files = new Set([point, ...replacements].map(({ file }) => file));
  return [...files].reduce((text, file) => {
    const part = readFileSync(fileURLToPath(new URL(file, hostFolder)), 'utf8');
    const own = replacements.filter(replacement => replacement.file === file);
    const altered = own.reduce(replaceOnce, point.file === file ? insertHold(part, point) : part);
    return replaceOnce(text, { file, find: part, put: altered });
  }, program.text);
}

function insertHold(part: string, { file, at, line }: Point): string {
  const lines = part.split('\n');
  const places = lines.flatMap((text, index) => (text.trim() === line ? [index] : []));
  const [place] = places;
  if (place === undefined || places.length > 1) {
    throw new Error(`${file} has this line ${places.length} times, not once: ${line}`);
  }
  return lines.toSpliced(at === 'before' ? place : place + 1, 0, hold).join('\n');
}

function replaceOnce(text: string, { file, find, put }: Replacement): string {
  const pieces = text.split(find);
  if (pieces.length !== 2)
    throw new Error(`${file} has this text ${pieces.length - 1} times, not once: ${find}`);
  return pieces.join(put);
}
