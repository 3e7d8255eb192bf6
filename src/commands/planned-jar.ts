import type { PlanConfig } from '../config.ts';
import { Failure } from '../failure.ts';
import type { Jar } from '../jar/read-jar.ts';
import type { Obstacle } from '../report/plan.ts';
import { StageFailure, type Timeline } from '../report/timeline.ts';
import { readJar, resolveJar } from './stages/resolve.ts';
import type { World } from './world.ts';

/** The jar of a plan, as far as there is one. */
export interface PlannedJar {
  readonly jar: Jar | undefined;
  readonly obstacles: readonly Obstacle[];
  /** In sentences. */
  readonly missing: readonly string[];
}

const unplanned =
  'So the plan says nothing of its contents, of what would be sent, and of the room and the Java that it needs.';

/**
 * Builds and finds the jar where that can be done, and begins to read it; a plan goes on without one. Gives what comes
 * of it, which goes on beside the next stages.
 */
export async function planJar(
  config: PlanConfig,
  world: World,
  timeline: Timeline,
): Promise<{ readonly planned: Promise<PlannedJar> }> {
  if (config.jar === '') {
    const none = { jar: undefined, obstacles: [], missing: [`No jar was given. ${unplanned}`] };
    return { planned: Promise.resolve(none) };
  }
  try {
    const path = await resolveJar(config, world);
    const reading = timeline.beside('resolve', 'jar', () => readJar(path, world));
    return { planned: reading.then(jar => ({ jar, obstacles: [], missing: [] }), explainMissing) };
  } catch (error) {
    return { planned: Promise.resolve(explainMissing(error)) };
  }
}

function explainMissing(error: unknown): PlannedJar {
  if (!(error instanceof Failure || error instanceof StageFailure)) throw error;
  const { reason, message, remedy } = error.text;
  if (reason === 'action-error') throw error;
  return reason === 'jar-missing'
    ? { jar: undefined, obstacles: [], missing: [`There is no jar yet: ${message} ${unplanned}`] }
    : {
        jar: undefined,
        obstacles: [{ reason, message, remedy }],
        missing: [`There is no jar that could be deployed. ${unplanned}`],
      };
}
