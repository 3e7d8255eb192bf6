/**
 * Faults of the SSH link between this machine and a sandbox host. Only packets of port 22 suffer: HTTP goes on.
 * They need root, or sudo without a password.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Fault } from './faults/fault.ts';
import type { SandboxHost } from './host.ts';

const execute = promisify(execFile);

/** From now on SSH packets are dropped in both directions, without a FIN or an RST; what is in flight is lost. */
export async function cutSilently(host: SandboxHost): Promise<Fault> {
  await nft(host, [
    'add table inet cut',
    'add chain inet cut in { type filter hook input priority 0; }',
    'add chain inet cut out { type filter hook output priority 0; }',
    'add rule inet cut in tcp dport 22 drop',
    'add rule inet cut out tcp sport 22 drop',
  ]);
  return { heal: () => nft(host, ['add table inet cut', 'delete table inet cut']) };
}

/**
 * From now on nobody outside the host reaches its port 22, as with a security group without a rule for it; nothing is
 * answered.
 */
export async function closeSshPort(host: SandboxHost): Promise<Fault> {
  await nft(host, [
    'add table inet closed',
    'add chain inet closed in { type filter hook input priority 0; }',
    'add rule inet closed in iifname eth0 tcp dport 22 drop',
  ]);
  return { heal: () => nft(host, ['add table inet closed', 'delete table inet closed']) };
}

/** SSH towards the host goes at `rate` at most, such as `20mbit`. */
export async function slowDown(host: SandboxHost, rate: string): Promise<Fault> {
  const add = (object: string, words: string): Promise<string> =>
    asRoot('tc', object, 'add', 'dev', host.link, ...words.split(' '));
  // Without a default class htb sends at once what no filter catches.
  await add('qdisc', 'root handle 1: htb');
  await add('class', `parent 1: classid 1:22 htb rate ${rate}`);
  await add('filter', 'parent 1: protocol ip u32 match ip dport 22 0xffff flowid 1:22');
  let isSlow = true;
  return {
    heal: async () => {
      if (isSlow) await asRoot('tc', 'qdisc', 'del', 'dev', host.link, 'root');
      isSlow = false;
    },
  };
}

/** Every established SSH connection ends at once with an RST at both ends. Gives how many there were. */
export async function resetConnections(host: SandboxHost): Promise<number> {
  const before = await connections(host, []);
  await connections(host, ['--kill']);
  const after = await connections(host, []);
  const survivors = before.filter(connection => after.includes(connection));
  if (survivors.length > 0)
    throw new Error(`this kernel resets no connection: ${survivors.join(', ')} lives on`);
  return before.length;
}

/** The client's end of each established SSH connection. */
async function connections(host: SandboxHost, options: readonly string[]): Promise<readonly string[]> {
  const text = await inNetworkOf(host, 'ss', '-Htn', ...options, 'state', 'established', 'sport = :22');
  return text.split('\n').flatMap(line => line.trim().split(/\s+/)[3] ?? []);
}

/** Carries out the commands in one transaction. */
async function nft(host: SandboxHost, commands: readonly string[]): Promise<void> {
  await inNetworkOf(host, 'nft', commands.join('; '));
}

const inNetworkOf = (host: SandboxHost, ...words: readonly string[]): Promise<string> =>
  asRoot('ip', 'netns', 'exec', host.networkNamespace, ...words);

async function asRoot(...words: readonly string[]): Promise<string> {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  return (await execute('env', [...sudo, ...words])).stdout;
}
