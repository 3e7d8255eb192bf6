import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SandboxHost } from '../../sandbox/host.ts';
import { copyTo } from '../host.ts';
import { wantProgram } from './programs.ts';

const run = promisify(execFile);

/** Puts this machine's rsync, with the libraries it needs, onto a host, which has none and no way to get one. */
export async function bringRsync(host: SandboxHost): Promise<void> {
  await wantProgram('rsync', 'rsync');
  const folder = await mkdtemp(join(tmpdir(), 'bench-rsync-'));
  try {
    const program = (await run('sh', ['-c', 'command -v rsync'])).stdout.trim();
    const libraries = (await run('ldd', [program])).stdout.match(/\/\S+/g) ?? [];
    const archive = join(folder, 'rsync.tar');
    await run('tar', [
      '--create',
      '--dereference',
      '--transform=s|.*/||',
      `--file=${archive}`,
      program,
      ...libraries,
    ]);
    await copyTo(host, archive, '/opt/rsync/rsync.tar');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await host.sh(`tar -x -C /opt/rsync -f /opt/rsync/rsync.tar && rm /opt/rsync/rsync.tar
cat >/usr/bin/rsync <<'WRAPPER'
#!/bin/sh
exec /opt/rsync/ld-linux* --library-path /opt/rsync /opt/rsync/rsync "$@"
WRAPPER
chmod 0755 /usr/bin/rsync && rsync --version >/dev/null`);
}
