import script from './local-command.sh';

/** The words that `sh` runs a command of the user's with, in a process group that ends with the action. */
export const localCommand = (command: string): string[] => ['-c', script, 'local-command', command];

/** The environment of such a command: the action's own without its inputs, which hold the private key. */
export function localEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = Object.entries(own).flatMap(([name, value]) =>
    value === undefined || name.toUpperCase().startsWith('INPUT_') ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(kept), ...added };
}
