import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { buildJar } from '../../sandbox/app/build.ts';
import { type HostOptions, type SandboxHost, startHost, whyNoSandbox } from '../../sandbox/host.ts';
import { startLoad } from '../../sandbox/load/load.ts';
import type { LoadOptions } from '../../sandbox/load/options.ts';
import type { LoadResult } from '../../sandbox/load/result.ts';
import { type ActionRun, type RunOptions, runAction } from '../../sandbox/runner.ts';
import { problemsOfResult } from '../contract/result-schema.ts';

export type Inputs = Readonly<Record<string, string>>;

/** A sandbox host and how to deploy to it; every system test works with one. */
export interface Target {
  readonly host: SandboxHost;
  readonly url: string;
  readonly deploy: (version: string, inputs?: Inputs, options?: RunOptions) => Promise<ActionRun>;
}

/** Small and quick to start, since many start on few cores. */
export const quickJava = '-Xmx64m -XX:TieredStopAtLevel=1';

const jarInMegabytes = 4;

export const jarOf = (version: string): Promise<string> => buildJar({ version, megabytes: jarInMegabytes });

/**
 * A suite on a host of its own. Where this machine cannot boot one it is skipped loudly; with CI=true it
 * runs all the same and fails.
 */
export async function describeOnHost(
  name: string,
  options: Pick<HostOptions, 'disk' | 'fileSystem' | 'release' | 'kind'>,
  body: (target: () => Target) => void,
): Promise<void> {
  const reason = process.env.CI === 'true' ? undefined : await whyNoSandbox();
  describe(name, {
    skip: reason === undefined ? false : `NO SANDBOX HERE: ${reason}`,
    timeout: 600_000,
  }, () => {
    let target: Target | undefined;
    before(async () => {
      target = targetOf(await startHost(options));
    });
    after(async () => {
      await target?.host.remove();
    });
    body(() => {
      assert.ok(target, 'the host is up');
      return target;
    });
  });
}

/** How to deploy to a host that is up. */
export function targetOf(host: SandboxHost): Target {
  return {
    host,
    url: `http://${host.address}`,
    deploy: async (version, inputs = {}, options = {}) => {
      const defaults = {
        app: 'shop',
        host: host.address,
        jar: inputs.jar ?? (await jarOf(version)),
        'java-opts': quickJava,
        'ssh-private-key': host.privateKey,
        'ssh-host-key': host.knownHosts,
      };
      const run = await runAction({ ...defaults, ...inputs }, options);
      if (run.outputs.result !== undefined) assert.deepEqual(problemsOfResult(run.outputs.result), []);
      return run;
    },
  };
}

/** Asserts that a run deployed, showing its log when it did not. */
export function assertDeployed(run: ActionRun, color: 'blue' | 'green'): void {
  assert.equal(run.outputs.outcome, 'deployed', run.log);
  assert.equal(run.code, 0, run.log);
  assert.equal(run.outputs['live-color'], color, run.log);
  assert.equal(run.outputs.reason, '', run.log);
}

/** Runs `work` under load and gives its result with the load's; the load is light, so that JVMs can start beside it. */
export async function underLoad<T>(
  url: string,
  work: () => Promise<T>,
  options: Partial<LoadOptions> = {},
): Promise<readonly [T, LoadResult]> {
  const usual = { connections: 16, rate: 400, newPerSecond: 8, seconds: 300 };
  const load = await startLoad(url, { ...usual, ...options });
  try {
    const result = await work();
    return [result, await load.stop()];
  } finally {
    await load.stop();
  }
}

export interface Refusal {
  readonly stage: string;
  readonly reason: string;
  readonly outcome: 'refused' | 'failed' | 'reverted';
  /** Must be in the error annotation. */
  readonly says: RegExp;
  /** The version that answers all the while. */
  readonly serving: string;
}

/** Asserts that a deploy fails as expected while the old version answers every request, and that nothing half-done is left. */
export async function assertRefusedUnderLoad(
  target: Target,
  work: () => Promise<ActionRun>,
  expected: Refusal,
): Promise<ActionRun> {
  const [run, load] = await underLoad(target.url, work);
  assertRefused(run, expected);
  assert.equal(
    load.failed,
    0,
    `requests failed: ${JSON.stringify(load.failures)} ${JSON.stringify(load.samples)}`,
  );
  assert.ok(load.requests > 50, `only ${load.requests} requests were made`);
  assert.deepEqual(Object.keys(load.versions), [expected.serving], 'one version answered all the while');
  await assertNothingLeft(target.host);
  return run;
}

/** Every way to say it, with color and port where a release is live. */
const whereTrafficIs =
  /[Tt]raffic goes to (?:the adopted jar )?\S+ \((blue|green), port \d+\)|it goes to \S+ \((blue|green), port \d+\), as before|nginx is set to send the traffic to (blue|green)|traffic (is as it was|goes where it went)|No release of \S+ receives traffic yet|Nothing was changed on the host|This run did not move the traffic/;

export function assertRefused(run: ActionRun, expected: Omit<Refusal, 'serving'>): void {
  assert.deepEqual(
    {
      code: run.code,
      stage: run.outputs['failed-stage'],
      reason: run.outputs.reason,
      outcome: run.outputs.outcome,
    },
    { code: 1, stage: expected.stage, reason: expected.reason, outcome: expected.outcome },
    run.log,
  );
  const annotation = run.lines.find(line => line.startsWith('::error')) ?? '';
  assert.match(annotation, expected.says, run.log);
  const traffic = annotation.split('%0A').at(-2) ?? '';
  assert.match(traffic, whereTrafficIs, 'the second sentence says where the traffic is');
  assert.match(run.summary, /❌/);
}

/**
 * Nothing of a run outlives it: no lease, no part, no scratch, no temporary file, no marker of measuring, no
 * transaction, no timer, no watch.
 */
export async function assertNothingLeft(host: SandboxHost, app = 'shop'): Promise<void> {
  assert.equal(await whatIsLeft(host, app), '', 'something is left on the host');
}

/** What is left of a run, in lines; empty when nothing is. */
export async function whatIsLeft(host: SandboxHost, app = 'shop'): Promise<string> {
  const left = await host.sh(`
    ls -d /opt/${app}/releases/*.part /opt/${app}/state/lease /run/nginx-bluegreen.* /etc/nginx/bluegreen/${app}/measuring 2>/dev/null
    find /opt/${app} /etc/nginx /etc/systemd/system /usr/local/lib/nginx-bluegreen -name '*.new' -o -name '.part*' 2>/dev/null
    grep -lE '^state=(open|baking|baked)' /opt/${app}/state/journal 2>/dev/null
    systemctl list-units --all --no-legend --plain 'bluegreen-${app}-deadline*' 'bluegreen-${app}-watch*'
    true`);
  return left.trim();
}

/** Which colors' units are active, such as `blue`. */
export async function activeColors(host: SandboxHost, app = 'shop'): Promise<string> {
  const states = await Promise.all(
    ['blue', 'green'].map(async color => {
      const { stdout } = await host.run(`systemctl is-active bluegreen-${app}@${color}`);
      return stdout.trim() === 'active' ? color : '';
    }),
  );
  return states.filter(color => color !== '').join(' ');
}
