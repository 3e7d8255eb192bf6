import { buildJar } from '../sandbox/app/build.ts';
import type { SandboxHost } from '../sandbox/host.ts';
import { type ActionRun, type RunOptions, runAction } from '../sandbox/runner.ts';

export const JAVA_OPTS = '-Xmx96m -XX:TieredStopAtLevel=1';

/** What `outputs.result` tells of one host, as far as the benchmark reads it. */
export interface HostResult {
  readonly outcome: string;
  readonly transfer?: { readonly bytes: number; readonly ms: number; readonly channels: number };
  readonly healthyAfterMs?: number;
  readonly reloads?: number;
  /** TCP resets that the host sent during a reload; not there without one. */
  readonly tcpResets?: number;
  readonly warmUp?: {
    readonly ms: number;
    readonly latency?: { readonly firstMs: number; readonly lastMs: number };
  };
  readonly drain?: { readonly ms: number; readonly cut: number };
  readonly stages: readonly { readonly stage: string; readonly ms: number }[];
}

/** Versions that alternate: each deploy replaces the app by another jar. */
export function buildAlternating(): Promise<readonly string[]> {
  return Promise.all(['1', '2', '3'].map(version => buildJar({ version })));
}

export function jarAt(jars: readonly string[], turn: number): string {
  const jar = jars[turn % jars.length];
  if (jar === undefined) throw new Error('no jars');
  return jar;
}

/** Runs the committed bundle to deploy one jar; however that ends. */
export function run(
  host: SandboxHost,
  jar: string,
  inputs: Readonly<Record<string, string>> = {},
  options: RunOptions = {},
): Promise<ActionRun> {
  return runAction(
    {
      host: host.address,
      jar,
      app: 'shop',
      'ssh-private-key': host.privateKey,
      'ssh-host-key': host.knownHosts,
      'java-opts': JAVA_OPTS,
      'drain-timeout': '8s',
      force: 'true',
      ...inputs,
    },
    options,
  );
}

/** Deploys one jar by the committed bundle. Throws with its log when the deploy fails. */
export async function deploy(
  host: SandboxHost,
  jar: string,
  inputs: Readonly<Record<string, string>> = {},
): Promise<{ readonly run: ActionRun; readonly result: HostResult }> {
  const done = await run(host, jar, inputs);
  const parsed: { readonly hosts?: readonly HostResult[] } = JSON.parse(done.outputs.result || '{}');
  const result = parsed.hosts?.[0];
  if (done.code !== 0 || result?.outcome !== 'deployed') {
    throw new Error(`the deploy failed with ${done.code}:\n${done.log}`);
  }
  return { run: done, result };
}
