/** Where a command speaks to people. Lines of others (host, app) go through `foreign` alone. */
export interface Log {
  info(line: string): void;
  /** A line whose text is not ours: it can never be read as a workflow command. */
  foreign(line: string): void;
  warning(title: string, message: string): void;
  error(title: string, message: string): void;
  debug(line: string): void;
  startGroup(title: string): void;
  endGroup(): void;
}

/** Foreign text without control characters and what colors it; tabs stay. */
export const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\0-\x08\x0a-\x1f\x7f]/g, '');

/**
 * Makes a foreign line harmless: no control characters, and nothing the runner takes for a command. It
 * looks for `::` at a line's start after trimming it, and for `##[` anywhere (actions/runner, ActionCommand.cs).
 */
export const harmless = (line: string): string =>
  `| ${plain(line).replaceAll('##[', '##\u2060[').slice(0, 2000)}`;
