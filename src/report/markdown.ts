import { harmless, plain } from './log.ts';

/** Pages of runs, which a reader wants to open, are the only addresses that become links. */
const runPage = /(https:\/\/[A-Za-z0-9.:-]+\/[\w.-]+\/[\w.-]+\/actions\/runs\/\d+)(?![\w/])/;

/** Text of others in Markdown: nothing of it is markup, calls a person or refers to an issue; each line of it is one. */
export const asText = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map(line =>
      plain(line)
        .trim()
        .split(runPage)
        .map((part, index) => (index % 2 === 1 ? `<${part}>` : escapeMarks(part)))
        .join('')
        .replace(/^(\d*)([-=.])/, '$1\\$2'),
    )
    .join('<br>');

/** The same inside of HTML, where Markdown is not read: in the title of a fold. */
export const asHtml = (text: string): string => breakLinks(plain(text).replace(/[<>&"]/g, escapeHtml));

const escapeMarks = (text: string): string =>
  breakLinks(
    text.replace(/[\\`*_{}[\]()#+!|<>&~@$]/g, mark =>
      '<>&'.includes(mark) ? escapeHtml(mark) : `\\${mark}`,
    ),
  );

const escapeHtml = (mark: string): string =>
  ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[mark] ?? mark;

/**
 * GitHub makes addresses, `@name`, `#1` and `GH-1` into links, and calls the person; a character of no width keeps it
 * from that.
 */
const breakLinks = (text: string): string => text.replace(/@|#|GH(?=-\d)|:(?=\/\/)|www(?=\.)/gi, '$&&#8203;');

/** In a table too, where nothing else keeps a `|` from being a border; nothing for no text. */
export const code = (text: string): string => {
  const shown = plain(text).replaceAll('`', "'").replaceAll('|', '¦');
  return shown.trim() === '' ? '' : `\`${shown}\``;
};

/** Lines of others as they are, in a fence longer than any that they contain. */
export function fence(lines: readonly string[], language = 'text'): string {
  const text = lines.map(line => harmless(line).slice(2)).join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([marks]) => marks.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}${language}\n${text}\n${marks}`;
}

/** Markdown that is shown when its title is clicked. */
export const fold = (title: string, content: string): string =>
  `<details><summary>${asHtml(title)}</summary>\n\n${content}\n\n</details>`;

/** One item a text of others. */
export const list = (texts: readonly string[]): string => texts.map(text => `- ${asText(text)}`).join('\n');

/** A name that leads to a run or a commit on GitHub; the name alone where the address is not of that shape. */
export const link = (name: string, url: string): string =>
  /^https?:\/\/[A-Za-z0-9.:-]+\/[\w.-]+\/[\w.-]+\/(actions\/runs\/\d+|commit\/[0-9a-f]+)$/.test(url)
    ? `[${code(name)}](${url})`
    : code(name);
