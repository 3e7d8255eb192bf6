/**
 * What a channel runs that is opened before its command is known: a shell that reads one line of its stdin, no byte
 * further, and runs it with the rest as its stdin. At the end of the session it ends having run nothing.
 */
export const waitingShell = 'IFS= read -r bluegreen_command && eval "$bluegreen_command"';

/**
 * A command as the line that such a shell reads; not every shell reads every byte as it is, so that all but plain text
 * goes as Base64.
 */
export function lineFor(command: string): string {
  if (!/[^ -~]/.test(command)) return `${command}\n`;
  return `eval "$(printf %s ${Buffer.from(command).toString('base64')} | base64 -d)"\n`;
}
