/** Where a command speaks to people. Lines of others (host, app) go through `foreign` alone. */
export interface Log {
  /** What the action says itself; what it quotes of others in it is no workflow command either. */
  info(line: string): void;
  /** A line whose text is not ours: it can never be read as a workflow command. */
  foreign(line: string): void;
  warning(title: string, message: string): void;
  error(title: string, message: string): void;
  debug(line: string): void;
  startGroup(title: string): void;
  endGroup(): void;
}

/** Foreign text without control characters, what colors it, ends its line or turns its direction; tabs stay. */
export const plain = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
    .replace(/[\x1b\x9b]\[?[0-9;?]*[A-Za-z]/g, '')
    .replace(/(?!\t)[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');

/** The same of a text of several lines, which it stays. */
export const plainLines = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map(plain)
    .join('\n');

/**
 * Makes a foreign line harmless: no control characters, and nothing the runner takes for a command. It
 * looks for `::` at a line's start after trimming it, and for `##[` anywhere (actions/runner, ActionCommand.cs).
 */
export const harmless = (line: string): string => `| ${withoutOldCommands(plain(line)).slice(0, 2000)}`;

/** Text of ours, which may quote others: none of its lines is a workflow command. */
export const inert = (text: string): string =>
  withoutOldCommands(text)
    .split(/\r\n?|\n/)
    .map(line => (/^[\s\x85\0\p{Default_Ignorable_Code_Point}]*:/u.test(line) ? `| ${line}` : line))
    .join('\n');

/** The runner's comparison passes over characters that cannot be seen, so they may stand within the `##[` that it looks for. */
const withoutOldCommands = (text: string): string =>
  text.replace(/#[\0\p{Default_Ignorable_Code_Point}]*#[\0\p{Default_Ignorable_Code_Point}]*\[/gu, '## [');
