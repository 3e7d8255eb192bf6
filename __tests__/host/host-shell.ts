import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after } from 'node:test';
import { assembleProgram } from '../../src/host/program.ts';
import { provideNginx } from './nginx-command.ts';

/** A shell that hosts have as `sh`, with the `awk` that comes with it. */
export interface HostShell {
  readonly name: string;
  readonly command: string;
  readonly first: readonly string[];
  readonly path: string;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const folder = mkdtempSync(join(tmpdir(), 'host-shell-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const busybox = '/bin/busybox';
symlinkSync(busybox, join(folder, 'awk'));
/** Why nginx cannot be asked here; undefined when it can. */
export const whyNoNginx = provideNginx(folder);
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The host program without its call of main: functions only. */
export const functions = assembleProgram().text.replace(/main "\$@"\n\}\n$/, '}\n');
/** A file with them. */
export const functionsPath = join(folder, 'functions');
writeFileSync(functionsPath, functions);

/** Where `nginx` is found. */
export const nginxPath = `${systemPath}:${folder}`;

/** Debian's, Alpine's and, where this machine has it, Amazon Linux's. */
export const shells: readonly HostShell[] = [
  { name: 'dash', command: 'dash', first: [], path: `${systemPath}:${folder}` },
  { name: 'busybox sh', command: 'busybox', first: ['sh'], path: `${folder}:${systemPath}` },
  ...(existsSync('/bin/bash')
    ? [{ name: 'bash as sh', command: 'bash', first: ['--posix', '--norc'], path: `${systemPath}:${folder}` }]
    : []),
];

/** Runs a script with the host program's functions; the words are its `$1`, `$2`, … */
export function runHost(
  shell: HostShell,
  script: string,
  words: readonly string[] = [],
  input: string | Buffer = '',
): Ended {
  return run(shell, hostWords(script, words), input);
}

/** The same while this process goes on, so that it can serve what the script asks for. */
export async function runHostBeside(
  shell: HostShell,
  script: string,
  words: readonly string[] = [],
): Promise<Ended> {
  const child = spawn(shell.command, [...shell.first, ...hostWords(script, words)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: shell.path },
    timeout: 60_000,
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: child.exitCode, stdout, stderr };
}

const hostWords = (script: string, words: readonly string[]): readonly string[] => [
  '-c',
  `set -eu; umask 077; LC_ALL=C; . "$0"\n${script}`,
  functionsPath,
  ...words,
];

/** Runs the shell with these words. */
export function run(
  shell: HostShell,
  words: readonly string[],
  input: string | Buffer = '',
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Ended {
  const { status, stdout, stderr } = spawnSync(shell.command, [...shell.first, ...words], {
    input,
    encoding: 'utf8',
    env: { PATH: shell.path, ...options.env },
    timeout: 20_000,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  return { status, stdout, stderr };
}
