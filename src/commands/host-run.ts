import type { FoundHost } from '../aws/find-host.ts';
import type { HostConfig } from '../config.ts';
import { emptyReport, type HostReport } from '../report/host-report.ts';
import { failureOf, StageFailure, type Timeline } from '../report/timeline.ts';
import { accountOf } from './account.ts';
import type { HostConnection } from './host-connection.ts';
import type { SessionLink } from './host-link.ts';
import { connect, openLink } from './stages/connect.ts';
import type { HostTarget } from './stages/context.ts';
import { describeWay } from './stages/way.ts';
import { nothingUnknown, trafficAt, type Unknown, urlOf } from './traffic.ts';

/** Keeps what is known for the report. */
export type Learn = (news: Partial<HostReport>) => void;

/**
 * Connects to one host, tells the story there, ends the session. Gives the report; a failure is in it. Where what the
 * story needs is made meanwhile (`beside`) and that fails, nothing is connected to for it.
 */
export async function runOnHost<T extends HostTarget>(
  target: T,
  timeline: Timeline,
  story: (
    run: T & { readonly connection: HostConnection },
    timeline: Timeline,
    learn: Learn,
  ) => Promise<void>,
  beside: Promise<unknown> = Promise.resolve(),
): Promise<HostReport> {
  const { config, world, host } = target;
  let report = firstReport(config, host);
  const learn: Learn = news => {
    report = { ...report, ...news };
  };
  let connection: HostConnection | undefined;
  try {
    const connected = await timeline.stage('connect', describeWay(target), () =>
      unlessFailed(
        beside,
        connect(target, () => accountOf(report, timeline, world)),
      ),
    );
    connection = connected;
    await story({ ...target, connection: connected }, timeline, learn);
  } catch (error) {
    report = withFailure(report, error, {
      isConfirmedHere: 'verifyUrl' in config && config.verifyUrl !== undefined,
      isSwitchAhead: (await connection?.mayHaveBegun('switch')) ?? false,
    });
  } finally {
    await connection?.end();
  }
  return { ...report, ...timesOf(timeline) };
}

/** The connection, unless the work beside it fails before; then it is ended as soon as it is there. */
async function unlessFailed(
  beside: Promise<unknown>,
  connecting: Promise<HostConnection>,
): Promise<HostConnection> {
  try {
    return await Promise.race([connecting, failureOf(beside)]);
  } catch (error) {
    void connecting.then(
      connection => connection.end(),
      () => undefined,
    );
    throw error;
  }
}

/**
 * Connects to one host, which is only looked at, and tells the story there. Gives the report; a failure is in it. The
 * session is the story's to end, as `look` does.
 */
export async function lookOnHost(
  target: HostTarget,
  timeline: Timeline,
  story: (link: SessionLink, learn: Learn) => Promise<void>,
): Promise<HostReport> {
  const { config, host } = target;
  let report = firstReport(config, host);
  const learn: Learn = news => {
    report = { ...report, ...news };
  };
  try {
    const link = await timeline.stage('connect', describeWay(target), () => openLink(target));
    await story(link, learn);
  } catch (error) {
    report = withFailure(report, error);
  }
  return { ...report, ...timesOf(timeline) };
}

/** When all ran, for the report. */
export const timesOf = ({ times, besides, elapsedMs }: Timeline) => ({
  stages: times,
  besides,
  durationMs: elapsedMs,
});

const firstReport = (config: HostConfig, host: FoundHost): HostReport => ({
  ...emptyReport(config.command),
  host: host.address,
  instanceId: host.instance?.id,
  url: urlOf(config, host),
});

/** The report with the failure of a stage; anything else is thrown on. */
export function withFailure(report: HostReport, error: unknown, what: Unknown = nothingUnknown): HostReport {
  if (!(error instanceof StageFailure)) throw error;
  const { stage, text } = error;
  return {
    ...report,
    outcome: text.isTakenBack ? 'reverted' : report.outcome,
    failure: { ...text, stage, traffic: text.traffic || trafficAt(stage, report, what) },
  };
}
