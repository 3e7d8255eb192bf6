import type { LoadResult } from '../sandbox/load/result.ts';
import type { ActionRun } from '../sandbox/runner.ts';

/** One deploy of the demo; without load where nothing served before. */
export interface Deployed {
  readonly version: string;
  readonly run: ActionRun;
  readonly load: LoadResult | undefined;
}

const shown = ['resolve', 'connect', 'acquire', 'inspect', 'upload', 'start', 'switch', 'bake', 'retire'];

interface Result {
  readonly hosts: readonly [{ readonly stages: readonly { readonly stage: string; readonly ms: number }[] }];
}

/** A table for the terminal: per deploy the stage times in ms, and what the load generator saw. */
export function deploymentTable(deployed: readonly Deployed[]): string {
  const head = ['version', 'outcome', ...shown, 'all', 'requests', 'failed', 'versions seen'];
  const rows = deployed.map(({ version, run, load }) => {
    const result: Result = JSON.parse(run.outputs.result ?? '');
    const msOf = (stage: string) =>
      String(result.hosts[0].stages.find(one => one.stage === stage)?.ms ?? '-');
    const seen =
      load === undefined
        ? ['-', '-', '-']
        : [String(load.requests), String(load.failed), Object.keys(load.versions).join(', ')];
    return [
      version,
      run.outputs.outcome ?? '',
      ...shown.map(msOf),
      run.outputs['duration-ms'] ?? '',
      ...seen,
    ];
  });
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map(row => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map(width => '─'.repeat(width))), ...rows.map(line)].join('\n');
}
