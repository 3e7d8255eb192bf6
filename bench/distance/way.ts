import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { SandboxHost } from '../../sandbox/host.ts';

/** The ways that are compared, in the order of the table and the chart. */
export const WAYS = ['action', 'rsync', 'scp', 'ansible'] as const;

export type WayName = (typeof WAYS)[number];

/** Where a way serves on the host; each has a server and two ports of its own. */
export interface Place {
  readonly site: number;
  readonly ports: readonly [number, number];
}

/** One deploy to be made: of this jar, to the host whose sshd answers at that port of 127.0.0.1. */
export interface Order {
  readonly host: SandboxHost;
  readonly sshPort: number;
  readonly jar: string;
}

/** When the way's first process was started (Unix time in ms), and how long it was until its last had ended. */
export interface Timed {
  readonly beganAt: number;
  readonly totalMs: number;
  /** What the way tells of its own time, if it does. */
  readonly told?: string;
}

export interface FarWay {
  readonly place: Place;
  /** Makes the host ready, once; what a way needs beyond its deploys. */
  readonly prepare: (host: SandboxHost) => Promise<void>;
  readonly deploy: (order: Order) => Promise<Timed>;
}

/** The app's wait at its start: with it the sample app needs about 3.4 s. */
export const APP_ENV = { SAMPLE_START_DELAY_MS: '3100' } as const;
export const ENV_LINES = Object.entries(APP_ENV)
  .map(([key, value]) => `${key}=${value}`)
  .join('\n');

/** Runs a program to its end. Throws with all that it said when it fails. */
export async function runTimed(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Timed> {
  const beganAt = Date.now();
  const began = performance.now();
  const child = spawn(program, words, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = Promise.withResolvers<number | null>();
  child.once('error', ended.reject).once('exit', ended.resolve);
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await ended.promise;
  const totalMs = performance.now() - began;
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${(await said).join('')}`);
  return { beganAt, totalMs };
}

/** What ssh, scp and rsync need to know of the host at the end of the distance. */
export const sshOptions = (host: SandboxHost): readonly string[] => [
  '-i',
  host.privateKeyFile,
  '-o',
  `UserKnownHostsFile=${host.knownHostsFile}`,
  '-o',
  `HostKeyAlias=${host.address}`,
];
