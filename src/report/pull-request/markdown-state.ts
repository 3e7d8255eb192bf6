/** What is open at the end of some lines of Markdown. */
export interface MarkdownState {
  /** The marks that opened the code fence the next line is in; empty outside of one. */
  readonly fence: string;
  /** How many <details> are open. */
  readonly details: number;
}

export const nothingOpen: MarkdownState = { fence: '', details: 0 };

/** What is open after one more line. Inside a fence nothing but its end has a meaning. */
export function after({ fence, details }: MarkdownState, line: string): MarkdownState {
  const marks = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
  const [, run = '', rest = ''] = marks ?? [];
  if (fence !== '') {
    const ends = run.startsWith(fence) && rest.trim() === '';
    return { fence: ends ? '' : fence, details };
  }
  // A line with more backticks after its first ones is code within a text.
  if (run !== '' && !(run.startsWith('`') && rest.includes('`'))) return { fence: run, details };
  const tags = line.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '').match(/<\/?details\b/gi) ?? [];
  return {
    fence,
    details: tags.reduce((open, tag) => Math.max(0, open + (tag[1] === '/' ? -1 : 1)), details),
  };
}

/** The lines that close all that is open. */
export const closing = ({ fence, details }: MarkdownState): readonly string[] => [
  ...(fence === '' ? [] : [fence]),
  ...Array.from({ length: details }, () => ['', '</details>']).flat(),
];
