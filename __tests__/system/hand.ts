import assert from 'node:assert/strict';
import type { LoadOptions } from '../../sandbox/load/options.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import { type Target, underLoad } from './target.ts';

/** What a run noticed, as its `result` tells it. */
export function findingsOf(run: ActionRun): readonly string[] {
  const result: { readonly hosts: readonly { readonly findings: readonly string[] }[] } = JSON.parse(
    run.outputs.result ?? '',
  );
  return result.hosts.flatMap(host => host.findings);
}

/** Asserts that a run noticed exactly these, in this order, and that each is a warning, too. */
export function assertNoticed(run: ActionRun, expected: readonly RegExp[]): void {
  const findings = findingsOf(run);
  assert.equal(findings.length, expected.length, `${findings.join('\n')}\n${run.log}`);
  for (const [i, pattern] of expected.entries()) {
    assert.match(findings[i] ?? '', pattern);
    assert.ok(
      run.lines.some(line => line.startsWith('::warning') && pattern.test(line)),
      run.log,
    );
  }
}

/** Runs `work` under load, and asserts that no request failed and that these versions and no others answered. */
export async function withoutLoss<T>(
  target: Target,
  versions: readonly string[],
  options: Partial<LoadOptions>,
  work: () => Promise<T>,
): Promise<T> {
  const [result, load] = await underLoad(target.url, work, options);
  assert.equal(load.failed, 0, `${JSON.stringify(load.failures)} ${JSON.stringify(load.samples)}`);
  assert.ok(load.requests > 50, `only ${load.requests} requests were made`);
  assert.deepEqual(Object.keys(load.versions).toSorted(), [...versions].toSorted());
  return result;
}

/** Asserts that a plain deploy of what is live finds nothing to notice any more. */
export async function assertNoDriftLeft(
  target: Target,
  version: string,
  inputs: Readonly<Record<string, string>> = {},
): Promise<void> {
  const again = await target.deploy(version, inputs);
  assert.equal(again.outputs.outcome, 'unchanged', again.log);
  assertNoticed(again, []);
}
