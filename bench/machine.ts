import { execFile } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { HostOptions } from '../sandbox/host.ts';
import { withHost } from './host.ts';

/** Runs a program on this machine as root and gives its stdout. */
export async function machineRun(program: string, words: readonly string[]): Promise<string> {
  const command = process.getuid?.() === 0 ? [program, ...words] : ['sudo', '-n', program, ...words];
  const [first = '', ...rest] = command;
  const { stdout } = await promisify(execFile)(first, rest);
  return stdout;
}

/** What numbers are measured on, in one line; the host is of the given Debian release, else of the sandbox's usual one. */
export async function describeMachine(hostRelease: HostOptions['release']): Promise<string> {
  const options = hostRelease === undefined ? {} : { release: hostRelease };
  const [nginx, java, system] = await withHost(options, async host => [
    await host.sh('nginx -v 2>&1 | sed "s|.*nginx/||"'),
    await host.sh(`java -version 2>&1 | sed -n '1s/.*"\\(.*\\)".*/\\1/p'`),
    await host.sh('. /etc/os-release && echo "$PRETTY_NAME"'),
  ]);
  const models = [...new Set(cpus().map(({ model }) => model.trim()))].join(', ');
  return [
    `${cpus().length} cores (${models})`,
    `${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
    `host ${system?.trim()} with nginx ${nginx?.trim()} and Java ${java?.trim()}`,
  ].join(', ');
}
