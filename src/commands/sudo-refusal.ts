import { type FailureText, nothingChanged } from '../failure.ts';

/** How sudo, or the shell in its place, says no; the first that fits. */
const refusals: readonly (readonly [says: RegExp, remedy: (user: string) => string])[] = [
  [
    /sudo: (command )?not found/,
    () =>
      "Install sudo on the host, or log in as root (ssh-user: root; root's login must then be permitted).",
  ],
  [
    /^sudo: .*\btty\b/,
    user =>
      `Take requiretty away for this user: a file in /etc/sudoers.d with 'Defaults:${user} !requiretty'.`,
  ],
  [/not allowed to (execute|run)|may not run sudo|not in the sudoers/, user => permit(user)],
  [/^sudo: (?!unable to resolve host)/, user => permit(user)],
];

const permit = (user: string): string =>
  `Give ${user} passwordless sudo: a file in /etc/sudoers.d with '${user} ALL=(ALL) NOPASSWD: ALL'. Narrower rules do not do, but for a deploy user's that setup makes (restricted: true): the host program's path changes with each version.`;

/** The failure (sudo-refused) in what a command wrote to stderr; undefined when sudo did not refuse it. */
export function sudoRefusal(user: string, errors: readonly string[]): FailureText | undefined {
  for (const [says, remedy] of refusals) {
    const said = errors.find(line => says.test(line));
    if (said === undefined) continue;
    return {
      reason: 'sudo-refused',
      message: `sudo on the host refused ${user}: ${said}`,
      traffic: nothingChanged,
      remedy: remedy(user),
    };
  }
  return undefined;
}
