import type { FoundHost } from '../aws/find-host.ts';
import type { Command } from '../config.ts';
import { emptyReport, type HostReport } from '../report/host-report.ts';
import { Timeline } from '../report/timeline.ts';
import { timesOf, withFailure } from './host-run.ts';
import type { World } from './world.ts';

/**
 * Resolves what a command is about, and runs it on every host that was found. Gives one report a host; a failure is
 * in its report, that of `resolve` in one of its own. `about` names what is resolved, for people.
 */
export async function onHosts<T extends { readonly hosts: readonly FoundHost[] }>(
  command: Command,
  world: World,
  about: string,
  resolve: (timeline: Timeline) => Promise<T>,
  run: (found: T, host: FoundHost, timeline: Timeline) => Promise<HostReport>,
): Promise<readonly HostReport[]> {
  const timeline = new Timeline(world.log, world.now, world.signal);
  try {
    const found = await timeline.stage('resolve', about, () => resolve(timeline));
    return await Promise.all(found.hosts.map(host => run(found, host, timeline)));
  } catch (error) {
    const report = withFailure(emptyReport(command), error);
    return [{ ...report, ...timesOf(timeline) }];
  }
}
