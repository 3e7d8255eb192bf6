/**
 * Sandbox hosts for tests, the demo and benches: each a complete Linux machine (systemd, sshd, nginx, sudo, a
 * JRE) with an address of its own. What makes them is host.sh; a host is removed with the process that started it.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SandboxHost {
  readonly name: string;
  readonly address: string;
  readonly user: 'ec2-user';
  /** The text of ec2-user's private key, and the path of the file that holds it. */
  readonly privateKey: string;
  readonly privateKeyFile: string;
  /** known_hosts lines for the address, and the path of the file that holds them. */
  readonly knownHosts: string;
  readonly knownHostsFile: string;
  /** This machine's end of the cable, for nft and tc. */
  readonly link: string;
  /** Its network namespace, for `ip netns exec`. */
  readonly networkNamespace: string;
  /** Runs a script as root inside; never throws for a non-zero exit. */
  run(script: string): Promise<RunResult>;
  /** Runs a script as root inside and gives its stdout; throws with script and stderr on a non-zero exit. */
  sh(script: string): Promise<string>;
  /**
   * An orderly reboot, with `hard` the power button held down, or with `cut` a power cut: what was written without
   * fsync is lost (for hosts with an `ext4` disk). Returns when the host is up again.
   */
  reboot(how?: 'orderly' | 'hard' | 'cut'): Promise<void>;
  remove(): Promise<void>;
}

export interface HostOptions {
  readonly name?: string;
  /** Size of the disk, for example `64m`; what the root file system already holds does not count. */
  readonly disk?: string;
  /** What the disk is: memory (`tmpfs`, the default), or `ext4` on a loop device, which can lose its power. */
  readonly fileSystem?: 'tmpfs' | 'ext4';
  /** The Debian it is; forky, the next one, has an nginx with `keepalive_min_timeout`. */
  readonly release?: 'bookworm' | 'trixie' | 'forky';
  /** `bare` lacks nginx, a JRE and curl, which apt-get can install; `amazon` is laid out as Amazon Linux 2023, and bare. */
  readonly kind?: 'usual' | 'bare' | 'amazon';
}

const program = fileURLToPath(new URL('host.sh', import.meta.url));
let started = 0;

export async function startHost(options: HostOptions = {}): Promise<SandboxHost> {
  must(await hostProgram(['sweep']), 'sweep');
  started += 1;
  const name = options.name ?? `host-${process.pid}-${started}`;
  const words = ['up', name, `owner=${process.pid}`];
  if (options.disk !== undefined) words.push(`disk=${options.disk}`);
  if (options.fileSystem !== undefined) words.push(`fs=${options.fileSystem}`);
  if (options.release !== undefined) words.push(`release=${options.release}`);
  if (options.kind !== undefined) words.push(`kind=${options.kind}`);
  const facts = factsOf(must(await hostProgram(words), `up ${name}`));
  const privateKeyFile = fact(facts, 'key');
  const knownHostsFile = fact(facts, 'known_hosts');
  const [privateKey, knownHosts] = await Promise.all([
    readFile(privateKeyFile, 'utf8'),
    readFile(knownHostsFile, 'utf8'),
  ]);
  const run = (script: string): Promise<RunResult> => hostProgram(['run', name], script);
  return {
    name,
    address: fact(facts, 'address'),
    user: 'ec2-user',
    privateKey,
    privateKeyFile,
    knownHosts,
    knownHostsFile,
    link: fact(facts, 'link'),
    networkNamespace: fact(facts, 'netns'),
    run,
    sh: async script => must(await run(script), script),
    reboot: async (how = 'orderly') => {
      must(await hostProgram(['reboot', name, how]), `reboot ${name}`);
    },
    remove: async () => {
      must(await hostProgram(['down', name]), `down ${name}`);
    },
  };
}

/** One sentence when this machine cannot boot a host; undefined when it can. */
export async function whyNoSandbox(): Promise<string | undefined> {
  const { code, stderr } = await hostProgram(['check']);
  return code === 0 ? undefined : stderr.trim();
}

/** Runs host.sh in a session of its own, so that Ctrl-C in a terminal can't leave a host half made. */
function hostProgram(words: readonly string[], input = ''): Promise<RunResult> {
  const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
  const child = spawn('sh', [program, ...words], { detached: true });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.on('error', reject);
  child.on('close', (code, signal) => {
    resolve({
      code: code ?? 255,
      stdout,
      stderr: signal === null ? stderr : `${stderr}\nended by ${signal}`,
    });
  });
  // A host that goes away mid-script closes its end; the exit code tells.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return promise;
}

function must(result: RunResult, what: string): string {
  if (result.code === 0) return result.stdout;
  throw new Error(`sandbox: exit ${result.code} from:\n${what}\n${result.stderr}${result.stdout}`);
}

function factsOf(lines: string): ReadonlyMap<string, string> {
  return new Map(
    lines.split('\n').flatMap(line => {
      const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    }),
  );
}

function fact(facts: ReadonlyMap<string, string>, key: string): string {
  const value = facts.get(key);
  if (value === undefined) throw new Error(`sandbox: host.sh up told no ${key}`);
  return value;
}
