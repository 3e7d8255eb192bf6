import { hasControl, type Inputs } from './inputs.ts';

/** How the app is launched; part of the release. */
export interface Launch {
  readonly java: string;
  readonly javaOptions: readonly string[];
  readonly appArguments: readonly string[];
  readonly environment: readonly EnvironmentEntry[];
}

export interface EnvironmentEntry {
  readonly key: string;
  readonly value: string;
}

/** Set by the action itself for each color. */
const ownKeys = ['SERVER_PORT', 'MANAGEMENT_SERVER_PORT'];
/** dash, busybox or bash (which is /bin/sh on Amazon Linux) change or refuse these when the launcher exports them. */
const shellKeys = [
  '_ PATH IFS ENV PWD OLDPWD PPID OPTIND PS1 PS2 PS4 LD_PRELOAD LD_LIBRARY_PATH LINENO RANDOM SRANDOM SECONDS',
  'EPOCHSECONDS EPOCHREALTIME UID EUID GROUPS FUNCNAME DIRSTACK PIPESTATUS HISTCMD SHLVL SHELLOPTS',
  'bluegreen_line',
].flatMap(line => line.split(' '));
const most = 60_000;
/** The launcher collects them one by one, which takes a shell the square of their number: 0.4 s for these in bash. */
const mostWords = 1000;

export function readLaunch(inputs: Inputs): Launch {
  return {
    java: readJava(inputs),
    javaOptions: readWords(inputs, 'java-opts'),
    appArguments: readWords(inputs, 'app-args'),
    environment: readEnvironment(inputs),
  };
}

export const readJava = (inputs: Inputs): string =>
  inputs.matching(
    'java',
    /^(\/[A-Za-z0-9._/+@-]+|[A-Za-z0-9._+][A-Za-z0-9._+-]*)$/,
    'a command name or an absolute path',
  );

/** Words as a shell splits them: blanks and line ends separate, quotes hold together; nothing is expanded. */
export const splitWords = (text: string): readonly string[] =>
  (text.match(/([^ \t\r\n"']|"[^"]*"|'[^']*')+/g) ?? []).map(word =>
    word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  );

function readWords(inputs: Inputs, name: string): readonly string[] {
  const text = inputs.text(name);
  const words = splitWords(text);
  if (/["']/.test(text.replace(/"[^"]*"|'[^']*'/g, ''))) inputs.refuse(name, 'words whose quotes are closed');
  if (words.length > mostWords || Buffer.byteLength(text) > most)
    inputs.refuse(name, `at most ${mostWords} words of at most ${most} bytes together`);
  if (words.some(hasControl))
    inputs.refuse(name, 'words without control characters; put values with line breaks into env');
  return words;
}

/** `KEY=VALUE` lines; the value is literal to the end of its line. Nothing is dropped: what cannot be kept is refused. */
function readEnvironment(inputs: Inputs): readonly EnvironmentEntry[] {
  const entries: EnvironmentEntry[] = [];
  for (const line of inputs.text('env').split(/\r\n|\n/)) {
    if (line.trim() === '') continue;
    const [, key, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      inputs.refuseSecret(
        'env',
        `KEY=VALUE lines with keys of [A-Za-z_][A-Za-z0-9_]*; line ${lineNumber(inputs, line)} is none`,
      );
    } else if (hasControl(value.replaceAll('\t', ''))) {
      inputs.refuseSecret('env', `values without control characters; that of ${key} has one`);
    } else if (ownKeys.includes(key)) {
      inputs.refuseSecret(
        'env',
        `keys other than ${key}, which blue-port, green-port and the management ports set`,
      );
    } else if (shellKeys.includes(key) || key.startsWith('BASH')) {
      inputs.refuseSecret('env', `keys other than ${key}, which belongs to the launcher's shell`);
    } else if (entries.some(one => one.key === key)) {
      inputs.refuseSecret('env', `each key once; ${key} is there twice`);
    } else {
      entries.push({ key, value });
    }
  }
  if (Buffer.byteLength(inputs.text('env')) > most) inputs.refuseSecret('env', `at most ${most} bytes`);
  return entries;
}

const lineNumber = (inputs: Inputs, line: string): number =>
  inputs
    .text('env')
    .split(/\r\n|\n/)
    .indexOf(line) + 1;

/** The release's `env` file. */
export const environmentFile = (launch: Launch): string =>
  launch.environment.map(({ key, value }) => `${key}=${value}\n`).join('');

/** The release's `launch.conf`, read by src/host/launch.sh. */
export function launchFile(launch: Launch): string {
  const options = launch.javaOptions.map(word => `opt=${word}`);
  const args = launch.appArguments.map(word => `arg=${word}`);
  return `${[`java=${launch.java}`, ...options, 'jar', ...args].join('\n')}\n`;
}
