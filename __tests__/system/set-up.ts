import assert from 'node:assert/strict';
import type { SandboxHost } from '../../sandbox/host.ts';
import type { ActionRun } from '../../sandbox/runner.ts';

interface Step {
  readonly name: string;
  readonly will: string;
  readonly did: string;
  readonly there: string;
}

/** The steps of a setup, as its `result` tells them. */
export function stepsOf(run: ActionRun): ReadonlyMap<string, Step> {
  const result: { readonly hosts: readonly { readonly setup: { readonly steps: readonly Step[] } }[] } =
    JSON.parse(run.outputs.result ?? '');
  return new Map(result.hosts.flatMap(host => host.setup.steps.map(step => [step.name, step] as const)));
}

/** The names of the steps that did something. */
export const doneIn = (run: ActionRun): readonly string[] =>
  [...stepsOf(run).values()].flatMap(({ name, did }) => (did === '' ? [] : [name]));

/** Asserts how a setup ended, and which steps of it did something. */
export function assertSetUp(run: ActionRun, did: readonly string[]): void {
  assert.equal(run.code, 0, run.log);
  assert.deepEqual(
    { outcome: run.outputs.outcome, did: doneIn(run) },
    { outcome: did.length === 0 ? 'unchanged' : 'set-up', did },
    run.log,
  );
}

/** Everything on the host's disk with checksums and times, but for what each run keeps of itself: its lock, token and history. */
const listing = async (host: SandboxHost): Promise<readonly string[]> =>
  (
    await host.sh(`
    find / \\( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /var/log -o -path /var/lib/systemd -o -path /opt/shop/state \\) -prune \\
      -o -printf '%p %M %u:%g %s %T@ %l\\n' | sort
    find /etc /opt /usr/local /var/lib /home /root \\( -path /var/lib/systemd -o -path /opt/shop/state \\) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
    find /opt/shop/state -printf '%p %M %u:%g\\n' | sort
    systemctl list-units --all --no-legend --plain 'bluegreen-*' nginx.service | sort
    systemctl show -p MainPID nginx.service; pgrep -f 'nginx: worker'`)
  ).split('\n');

/** Asserts that the host is as it was before `work`. */
export async function withoutChange<T>(host: SandboxHost, work: () => Promise<T>): Promise<T> {
  const before = await listing(host);
  assert.ok(before.length > 1000, 'the listing has the whole disk');
  const result = await work();
  const after = await listing(host);
  const [was, is] = [new Set(before), new Set(after)];
  assert.deepEqual(
    { gone: before.filter(line => !is.has(line)), new: after.filter(line => !was.has(line)) },
    { gone: [], new: [] },
  );
  return result;
}
