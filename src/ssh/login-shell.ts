/** Of one argument of a process; sshd hands a request to the login shell as one. */
const longest = 128 * 1024 - 1;

/**
 * A command for a POSIX shell as an exec request that every login shell hands to /bin/sh unchanged. In single quotes
 * csh expands `!` and refuses line breaks, and fish reads backslashes; a command with any of these goes as Base64.
 * A request that would be too long so goes as it is, and needs a POSIX shell.
 */
export function forLoginShell(command: string): string {
  if (!/[\\!\p{Cc}]/u.test(command)) return `exec /bin/sh -c '${command.replaceAll("'", "'\\''")}'`;
  const encoded = Buffer.from(command).toString('base64');
  const request = `exec /bin/sh -c 'eval "$(printf %s ${encoded} | base64 -d)"'`;
  return request.length <= longest ? request : command;
}
