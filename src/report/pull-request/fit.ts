import { after, closing, type MarkdownState, nothingOpen } from './markdown-state.ts';

/**
 * The longest comment that GitHub takes, in characters of Unicode. Its database gives a comment 262,144 bytes, and no
 * character takes more than four.
 */
export const longestComment = 65_536;

/** A comment's text that GitHub takes, and whether some of the body is missing in it. */
export interface FittedComment {
  readonly text: string;
  readonly isCut: boolean;
}

/**
 * The marker and the body in one comment. A body that is too long ends after one of its lines: what is open there is
 * closed, and the last line says how much is missing and that `whole` (Markdown) is where the rest is.
 */
export function fitComment(marker: string, body: string, whole: string): FittedComment {
  const text = `${marker}\n${body}`;
  if (charactersOf(text) <= longestComment) return { text, isCut: false };
  const lines = body.trimEnd().split('\n');
  const notice = (left: number): string =>
    `**Cut here: the last ${left} of ${lines.length} lines do not fit into a comment. All of them are in ${whole}.**`;
  const room = longestComment - charactersOf(`${marker}\n\n\n${notice(lines.length)}`);
  const { shown, state } = longestBeginning(lines, room);
  const kept = [...lines.slice(0, shown), ...closing(state), '', notice(lines.length - shown)];
  return { text: `${marker}\n${kept.join('\n')}`, isCut: true };
}

/** How many of the lines fit into so many characters, together with what closes what they leave open. */
function longestBeginning(
  lines: readonly string[],
  room: number,
): { readonly shown: number; readonly state: MarkdownState } {
  let best = { shown: 0, state: nothingOpen };
  let state = nothingOpen;
  let used = 0;
  for (const [index, line] of lines.entries()) {
    state = after(state, line);
    used += charactersOf(line) + 1;
    if (used > room) break;
    const closed = used + charactersOf(closing(state).join('\n')) + 1;
    if (closed <= room) best = { shown: index + 1, state };
  }
  return best;
}

/** As GitHub counts: a character outside the first plane is one. */
function charactersOf(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}
