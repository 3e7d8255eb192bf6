import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { machineRun } from '../machine.ts';

/** Installs a Debian package on this machine where its program is missing. */
export async function wantProgram(program: string, debianPackage: string): Promise<void> {
  const isThere = await promisify(execFile)('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await machineRun('apt-get', ['update', '-q']);
  await machineRun('apt-get', ['install', '-q', '-y', '--no-install-recommends', debianPackage]);
}
