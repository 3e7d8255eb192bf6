import type { SandboxHost } from '../sandbox/host.ts';
import { machineRun } from './machine.ts';

/** TCP resets a host sent, counted by two that know nothing of each other. */
export interface Resets {
  /** The kernel's TcpOutRsts, all connections. */
  readonly outRsts: number;
  /** By netfilter: from port 80 to clients, and on the loopback (nginx and probes to the apps). */
  readonly toClients: number;
  readonly onLoopback: number;
}

const RULES = `
table inet bench {
  counter clients {}
  counter loopback {}
  chain out {
    type filter hook output priority 0;
    tcp flags & rst == rst oifname != "lo" tcp sport 80 counter name clients
    tcp flags & rst == rst oifname "lo" counter name loopback
  }
}`;

/** Begins to count resets by netfilter in the host's network namespace. */
export async function countResets(host: SandboxHost): Promise<void> {
  await nft(host, RULES);
}

export async function readResets(host: SandboxHost): Promise<Resets> {
  const [snmp, clients, loopback] = await Promise.all([
    host.sh(`awk '/^Tcp:/ && !column { for (i = 1; i <= NF; i++) if ($i == "OutRsts") column = i; next }
      /^Tcp:/ { print $column }' /proc/net/snmp`),
    nft(host, 'list counter inet bench clients'),
    nft(host, 'list counter inet bench loopback'),
  ]);
  return { outRsts: Number(snmp), toClients: packets(clients), onLoopback: packets(loopback) };
}

export function resetsSince(before: Resets, after: Resets): Resets {
  return {
    outRsts: after.outRsts - before.outRsts,
    toClients: after.toClients - before.toClients,
    onLoopback: after.onLoopback - before.onLoopback,
  };
}

function nft(host: SandboxHost, command: string): Promise<string> {
  return machineRun('ip', ['netns', 'exec', `bluegreen-${host.name}`, 'nft', command]);
}

function packets(listing: string): number {
  const count = /packets (\d+)/.exec(listing)?.[1];
  if (count === undefined) throw new Error(`no count in: ${listing}`);
  return Number(count);
}
