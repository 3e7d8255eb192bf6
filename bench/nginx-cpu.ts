import type { SandboxHost } from '../sandbox/host.ts';

/** CPU time of nginx's workers so far, in ms to 10 ms; only differences while the same workers live mean anything. */
export async function readNginxCpu(host: SandboxHost): Promise<number> {
  const ticks = await host.sh(
    `for pid in $(pgrep -f '^nginx: worker'); do cat "/proc/$pid/stat"; done | sed 's/^.*) //' | awk '{ ticks += $12 + $13 } END { print ticks * 1000 / '"$(getconf CLK_TCK)"' }'`,
  );
  return Number(ticks);
}
