import type { FoundHost } from '../aws/find-host.ts';
import { launchFile } from '../config/launch.ts';
import type { PlanConfig } from '../config.ts';
import { Failure } from '../failure.ts';
import { compareJars } from '../jar/compare-jars.ts';
import { findChangedMigrations, findSharedState } from '../jar/shared-state.ts';
import type { HostReport } from '../report/host-report.ts';
import type { Log } from '../report/log.ts';
import type { LiveRelease, NextRelease, Obstacle, Plan } from '../report/plan.ts';
import { failureOf, type Timeline } from '../report/timeline.ts';
import { compareEnvironment, compareLines } from './changes.ts';
import { refuseOlderCommit } from './commit-order.ts';
import { commitsSince } from './commits.ts';
import { expectDuration } from './history.ts';
import { lookOnHost } from './host-run.ts';
import { onHosts } from './on-hosts.ts';
import { type PlannedJar, planJar } from './planned-jar.ts';
import { reportOrigin } from './provenance.ts';
import { requireRightClock } from './stages/clock.ts';
import { deliveryOf, sentBytes } from './stages/delivery.ts';
import { type Inspection, requireTrustedFrontDoor } from './stages/inspect.ts';
import { lookAhead, type Outlook } from './stages/plan.ts';
import { resolveHosts } from './stages/resolve.ts';
import type { World } from './world.ts';

/** Tells what a deploy would do on every host, and changes nothing there. Gives one report a host. */
export async function plan(config: PlanConfig, world: World): Promise<readonly HostReport[]> {
  const resolve = async (timeline: Timeline) => {
    const { planned } = await planJar(config, world, timeline);
    return { planned, hosts: await Promise.race([resolveHosts(config, world), failureOf(planned)]) };
  };
  return await onHosts(
    config.command,
    world,
    'the jar and the host',
    resolve,
    async ({ planned }, host, timeline) =>
      lookOnHost({ config, world, host }, timeline, async (link, learn) => {
        const made = await timeline.stage('inspect', 'what a deploy would find', async () => {
          const jar = await planned;
          const outlook = await lookAhead(link, config, jar.jar, world);
          const { liveRelease, liveColor, liveOrigin } = outlook.inspection;
          learn({
            release: liveRelease,
            liveColor,
            livePort: liveColor && (outlook.livePort ?? config.ports[liveColor]),
            origin: liveOrigin && reportOrigin(liveOrigin),
          });
          return await planOn(config, world, host, jar, outlook);
        });
        learn({ outcome: 'planned', plan: made });
        tell(made, world.log);
        for (const { reason, message, remedy } of made.obstacles)
          world.log.warning(`${config.app}: a deploy would be refused (${reason})`, `${message} ${remedy}`);
      }),
  );
}

/** The plan, by what the host showed. */
async function planOn(
  config: PlanConfig,
  world: World,
  host: FoundHost,
  { jar, ...planned }: PlannedJar,
  outlook: Outlook,
): Promise<Plan> {
  const { inspection, record } = outlook;
  const older = await collect(() => refuseOlderCommit({ config, world }, inspection, []));
  const clock = await collect(async () => requireRightClock(config.app, inspection));
  const door = await collect(async () => requireTrustedFrontDoor(inspection, config.force));
  const diff = jar && record && compareJars(record, jar);
  const commits = await commitsSince(world.readGit, inspection.liveOrigin?.commit ?? '');
  const hasRelease = inspection.liveColor !== undefined && inspection.adopted === '';
  return {
    how: host.how,
    repositoryUrl: world.provenance.runUrl.replace(/\/actions\/runs\/.*$/, ''),
    live: liveIn(config, outlook),
    next: nextOf(config, world, jar, inspection),
    isUnchanged: inspection.isUnchanged && !config.force,
    jar: diff,
    environment: compareEnvironment(outlook.environment, config.launch.environment, outlook.salt),
    launch: hasRelease ? compareLines(outlook.launch, launchFile(config.launch).trimEnd().split('\n')) : [],
    unit: outlook.unit,
    nginx: outlook.nginx,
    obstacles: [
      ...planned.obstacles,
      ...outlook.obstacles,
      ...door.obstacles,
      ...clock.obstacles,
      ...older.obstacles,
    ],
    tutorial: outlook.tutorial,
    drift: outlook.drift,
    findings: [
      ...outlook.findings,
      ...(older.value ?? []),
      ...(jar ? findSharedState(jar.contents) : []),
      ...(diff ? findChangedMigrations(diff) : []),
      ...(outlook.holder === '' ? [] : [`A run is at work on this host: ${outlook.holder}.`]),
    ],
    missing: [
      ...planned.missing,
      ...outlook.missing,
      ...(hasRelease && record === undefined
        ? ['The release.json of the live release could not be read, so its jar was not compared.']
        : []),
      ...(hasRelease && commits === undefined
        ? [
            'The commits since the live release are not known: the workspace has no history with both (actions/checkout with fetch-depth: 0).',
          ]
        : []),
    ],
    duration: expectDuration(outlook.history),
    commits,
  };
}

/** What a check gave, or why a deploy would be refused by it. */
async function collect<T>(
  check: () => Promise<T>,
): Promise<{ readonly value?: T; readonly obstacles: readonly Obstacle[] }> {
  try {
    return { value: await check(), obstacles: [] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { reason, message, remedy } = error.text;
    return { obstacles: [{ reason, message, remedy }] };
  }
}

function liveIn(
  config: PlanConfig,
  { inspection, livePort, liveProof, liveSince }: Outlook,
): LiveRelease | undefined {
  const { liveColor: color, liveRelease, liveOrigin } = inspection;
  if (color === undefined) return undefined;
  return {
    release: liveRelease ?? '',
    adopted: inspection.adopted,
    color,
    port: livePort ?? config.ports[color],
    repository: liveOrigin?.repository ?? '',
    ref: liveOrigin?.ref ?? '',
    commit: liveOrigin?.commit ?? '',
    actor: liveOrigin?.actor ?? '',
    at: liveSince,
    runUrl: liveOrigin?.runUrl ?? '',
    proof: liveProof,
  };
}

const nextOf = (
  config: PlanConfig,
  world: World,
  jar: PlannedJar['jar'],
  inspection: Inspection,
): NextRelease => ({
  jar: jar && { sha256: jar.sha256, bytes: jar.bytes, version: jar.version },
  color: inspection.idleColor,
  port: config.ports[inspection.idleColor],
  ref: world.provenance.ref,
  commit: world.provenance.commit,
  uploadBytes: jar && sentBytes(deliveryOf(jar, inspection), jar),
  jarAt: inspection.jarAt,
});

/** The same in short, in the log. */
function tell(made: Plan, log: Log): void {
  const { live, next, environment } = made;
  log.foreign(
    live === undefined
      ? 'no release is live yet'
      : `live: ${live.release || live.adopted} (${live.color}, port ${live.port}), ${live.proof} at the front door`,
  );
  if (made.isUnchanged) log.info('same jar and same settings as the live release: a deploy would do nothing');
  else log.info(`a deploy would start a new release on ${next.color} (port ${next.port})`);
  const keys = [...environment.added, ...environment.removed, ...environment.changed];
  if (keys.length > 0) log.foreign(`environment keys that change: ${keys.join(', ')}`);
  for (const line of [...made.launch, ...made.unit, ...made.nginx]) log.foreign(line);
  for (const one of [...made.tutorial, ...made.drift, ...made.findings, ...made.missing]) log.foreign(one);
}
