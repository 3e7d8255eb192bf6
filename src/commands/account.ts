import { Failure } from '../failure.ts';
import type { HostReport } from '../report/host-report.ts';
import type { Timeline } from '../report/timeline.ts';
import type { World } from './world.ts';

const longestText = 400;

/**
 * What a run says of itself for the host's history: one line of JSON, a few KB at most. While it is cancelled or out
 * of time its report has no failure yet: then `world.signal` says why.
 */
export function accountOf(report: HostReport, timeline: Timeline, world: World): string {
  const stopped = world.signal.aborted ? world.signal.reason : undefined;
  const { failure, traffic } = report;
  const account = {
    at: world.date().toISOString(),
    command: report.command,
    outcome: report.failure === undefined && stopped !== undefined ? 'failed' : report.outcome,
    reason: failure?.reason ?? reasonOf(stopped),
    stage: failure?.stage ?? (stopped === undefined ? undefined : timeline.running),
    release: report.release,
    previousRelease: report.previousRelease,
    liveColor: report.liveColor,
    attempted: report.attempted?.release,
    durationMs: timeline.elapsedMs,
    stages: Object.fromEntries(timeline.times.map(({ stage, ms }) => [stage, ms])),
    uploadedBytes: report.uploadedBytes,
    healthyAfterMs: report.healthyAfterMs,
    requests: traffic?.requests,
    failedRequests: traffic?.failed,
    downtimeMs: traffic?.downtimeMs,
    rollbackReason: report.rollbackReason,
    ...world.provenance,
  };
  return JSON.stringify(account, (_key, value: unknown) =>
    typeof value === 'string' ? value.slice(0, longestText).toWellFormed() : value,
  );
}

const reasonOf = (stopped: unknown): string | undefined =>
  stopped instanceof Failure ? stopped.text.reason : undefined;
