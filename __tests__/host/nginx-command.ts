import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes `nginx` a command in the folder: this machine's, else the one in the sandbox's base system, called
 * through that system's own loader. Gives why there is none, or undefined.
 */
export function provideNginx(folder: string): string | undefined {
  if (spawnSync('nginx', ['-v']).error === undefined) return undefined;
  const script = join(import.meta.dirname, '../../sandbox/root.sh');
  try {
    const root = execFileSync('sh', [script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [loader] = globSync(join(root, 'usr/lib/*-linux-gnu/ld-linux-*'));
    if (loader === undefined) return 'NOT TESTED: no nginx here, and none in the sandbox';
    const libraries = join(loader, '..');
    const text = `#!/bin/sh\nexec ${loader} --library-path ${libraries} ${root}/usr/sbin/nginx "$@"\n`;
    writeFileSync(join(folder, 'nginx'), text);
    chmodSync(join(folder, 'nginx'), 0o755);
    return undefined;
  } catch {
    return 'NOT TESTED: nginx is not installed, and no sandbox can be built';
  }
}
