import { Failure } from '../failure.ts';

/**
 * Why a jar that was there could not be read to its end: a file that is written meanwhile is no jar yet. `traffic` is
 * the failure's.
 */
export const changedJar = (path: string, error: unknown, traffic: string): Failure =>
  new Failure({
    reason: 'jar-invalid',
    message: `${path} could not be read to its end: ${error instanceof Error ? error.message : String(error)}.`,
    traffic,
    remedy: 'Let nothing write the jar once the action has begun, and run again.',
  });
