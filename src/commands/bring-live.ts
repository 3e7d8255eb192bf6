import type { HostConfig } from '../config.ts';
import type { HostReport } from '../report/host-report.ts';
import { StageFailure, type Timeline } from '../report/timeline.ts';
import type { Findings } from './findings.ts';
import type { Learn } from './host-run.ts';
import { type Origin, reportOrigin } from './provenance.ts';
import { bake } from './stages/bake.ts';
import type { HostRun, NextRelease } from './stages/context.ts';
import type { LiveState } from './stages/inspect.ts';
import { type Retired, retire, retireParameters } from './stages/retire.ts';
import { smoke } from './stages/smoke.ts';
import { start, startParameters } from './stages/start.ts';
import { type Switched, switchParameters, switchTraffic } from './stages/switch.ts';

/** One release on its way to be live, new or old, and what is live before it. */
export interface Bringing {
  readonly run: HostRun;
  readonly timeline: Timeline;
  readonly learn: Learn;
  readonly findings: Findings;
  readonly release: NextRelease;
  /** The run that the release came with. */
  readonly origin: Origin | undefined;
  readonly before: LiveState;
}

/** What the report says of a live release. */
export const liveReport = (
  { ports }: HostConfig,
  release: string | undefined,
  color: NextRelease['color'] | undefined,
  origin: Origin | undefined,
): Partial<HostReport> => ({
  release,
  liveColor: color,
  livePort: color && ports[color],
  origin: origin && reportOrigin(origin),
});

/** Channels for start, switch and retire. */
export const channelsOnwards = 3;

/** Lets the host go on by itself from stage to stage, as far as nothing is decided here in between. */
export function planOnwards({ run, release }: Bringing): void {
  const { config, connection } = run;
  connection.planAfter('upload', 'start', startParameters(run, release));
  if (config.smokeCommand === '') connection.planAfter('start', 'switch', switchParameters(run, release));
  if (!isBaked(config)) connection.planAfter('switch', 'retire', retireParameters(run, release));
}

/** Whether the switch waits for a verdict. */
const isBaked = ({ bake, verifyUrl }: HostRun['config']): boolean =>
  bake.timeMs > 0 || verifyUrl !== undefined;

/** Starts the release on its idle color, and lets the user's own test look at it. */
export async function startIdle({ run, timeline, learn, findings, release }: Bringing): Promise<void> {
  const { healthyAfterMs, warmUp, noticed } = await timeline.stage(
    'start',
    `${release.name} on ${release.color}`,
    () => start(run, release),
  );
  learn({ healthyAfterMs, warmUp });
  findings.warnOf(noticed);
  if (run.config.smokeCommand !== '') {
    await timeline.stage('smoke', `${release.name} through a tunnel`, () => smoke(run, release));
  }
}

/** Moves the traffic to the release, which is up. */
export async function switchOver(bringing: Bringing): Promise<Switched> {
  const { run, timeline, release } = bringing;
  const switched = await timeline.stage('switch', `to ${release.color} (${run.config.switchMode})`, () =>
    switchTraffic(run, release),
  );
  learnSwitch(bringing, switched);
  return switched;
}

/** Keeps in the report that the traffic was moved. */
export function learnSwitch(
  { run, learn, findings, release, origin, before }: Bringing,
  { reloads, noticed }: Switched,
): void {
  findings.warnOf(noticed);
  learn({
    changed: true,
    previousRelease: before.liveRelease,
    previousOrigin: before.liveOrigin && reportOrigin(before.liveOrigin),
    reloads,
    ...(reloads > 0 && { reloadAdvice: before.reloadAdvice }),
    ...liveReport(run.config, release.name, release.color, origin),
  });
}

/** Watches the release with real traffic where asked to, then ends the color that the traffic has left. */
export async function confirm(bringing: Bringing, switched: Switched): Promise<void> {
  const { run, timeline, learn, release } = bringing;
  const { config } = run;
  if (isBaked(config)) {
    await timeline.stage('bake', `${release.name} with real traffic`, async () => {
      const verdict = await bake(run, release);
      if (verdict.kind === 'good') return learn({ bake: verdict.bake });
      learn(verdict.news);
      if (verdict.isTakenBack) learn(takenBack(bringing));
      throw verdict.failure;
    });
  }
  const retired = await timeline
    .stage('retire', 'the color that traffic has left', () => retire(run, release, switched))
    .catch((error: unknown) => {
      if (error instanceof StageFailure && error.text.isTakenBack) learn(takenBack(bringing));
      throw error;
    });
  learnRetirement(bringing, retired);
}

/** Keeps in the report what became of the color that the traffic has left: the command is done. */
export function learnRetirement({ run, learn, findings }: Bringing, { counted, noticed }: Retired): void {
  learn({ ...counted, outcome: run.config.command === 'rollback' ? 'rolled-back' : 'deployed' });
  findings.warnOf(noticed);
}

const takenBack = ({ run, before }: Bringing): Partial<HostReport> => ({
  changed: false,
  previousRelease: undefined,
  previousOrigin: undefined,
  ...liveReport(run.config, before.liveRelease, before.liveColor, before.liveOrigin),
});
