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

/**
 * Makes a foreign line harmless: no control characters, and nothing the runner takes for a command. It
 * looks for `::` at a line's start after trimming it, and for `##[` anywhere (actions/runner, ActionCommand.cs).
 */
export function harmless(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const plain = line.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\0-\x08\x0a-\x1f\x7f]/g, '');
  return `| ${plain.replaceAll('##[', '##\u2060[').slice(0, 2000)}`;
}

/** Replaces every secret in a text by ***; for what the runner does not mask: summary and outputs. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, '***'), text);
}
