import type { PlanConfig } from '../config.ts';
import { Failure } from '../failure.ts';
import type { Jar } from '../jar/read-jar.ts';
import type { Obstacle } from '../report/plan.ts';
import { resolveJar } from './stages/resolve.ts';
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

/** Builds and reads the jar where that can be done; a plan goes on without one. */
export async function planJar(config: PlanConfig, world: World): Promise<PlannedJar> {
  if (config.jar === '') {
    return { jar: undefined, obstacles: [], missing: [`No jar was given. ${unplanned}`] };
  }
  try {
    return { jar: await resolveJar(config, world), obstacles: [], missing: [] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { reason, message, remedy } = error.text;
    return reason === 'jar-missing'
      ? { jar: undefined, obstacles: [], missing: [`There is no jar yet: ${message} ${unplanned}`] }
      : {
          jar: undefined,
          obstacles: [{ reason, message, remedy }],
          missing: [`There is no jar that could be deployed. ${unplanned}`],
        };
  }
}
