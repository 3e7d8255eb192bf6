import type { Inputs } from './inputs.ts';

/** How the host asks whether a release is healthy. */
export interface Health {
  readonly path: string;
  /** Undefined = the management port where there is one, else the app's. */
  readonly port: number | undefined;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly successes: number;
}

/** Reads the health inputs. */
export function readHealth(inputs: Inputs): Health {
  return {
    path: inputs.path('health-path'),
    port: inputs.optionalNumber('health-port', 1, 65_535),
    timeoutMs: inputs.duration('health-timeout', '1s', '1h'),
    intervalMs: inputs.duration('health-interval', '50ms', '1m'),
    successes: inputs.number('health-successes', 1, 100),
  };
}
