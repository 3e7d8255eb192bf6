import type { Command } from '../config.ts';
import type { FailureText, Stage } from '../failure.ts';
import type { HostStatus } from './host-status.ts';
import type { Plan } from './plan.ts';
import type { Setup } from './setup.ts';
import type { BesideTime, StageTime } from './timeline.ts';
import type { WarmUpResult } from './warm-up.ts';

export type Color = 'blue' | 'green';

/** How a command ended. */
export type CommandOutcome =
  | 'deployed'
  | 'unchanged'
  | 'rolled-back'
  | 'reverted'
  | 'refused'
  | 'failed'
  | 'planned'
  | 'set-up';

/** What happened on one host; everything that outputs, summary and `result` are made of. */
export interface HostReport {
  readonly command: Command;
  readonly outcome: CommandOutcome;
  readonly host: string;
  readonly instanceId: string | undefined;
  readonly release: string | undefined;
  /** The run that `release` came with. */
  readonly origin: ReleaseOrigin | undefined;
  readonly previousRelease: string | undefined;
  readonly previousOrigin: ReleaseOrigin | undefined;
  /** Of a rollback, why; undefined where nobody said. */
  readonly rollbackReason: string | undefined;
  /** What was to become live, whether it did or not; undefined before the host was looked at. */
  readonly attempted: Attempt | undefined;
  readonly liveColor: Color | undefined;
  readonly livePort: number | undefined;
  readonly url: string | undefined;
  readonly changed: boolean;
  readonly uploadedBytes: number;
  /** How the bytes went that were sent for the jar; undefined where none were. */
  readonly transfer: Transfer | undefined;
  readonly healthyAfterMs: number | undefined;
  readonly warmUp: WarmUpResult | undefined;
  readonly reloads: number;
  /** TCP resets the host sent from before a reload to the end of the drain; undefined without a reload. */
  readonly tcpResets: number | undefined;
  readonly bake: BakeCount | undefined;
  readonly drain: Drain | undefined;
  readonly traffic: TrafficCount | undefined;
  /** What a deploy would do; only `plan` has it. */
  readonly plan: Plan | undefined;
  /** How the host is; only `status` has it. */
  readonly status: HostStatus | undefined;
  /** What was to be done and what was; only `setup` has it. */
  readonly setup: Setup | undefined;
  readonly findings: readonly string[];
  /** What makes a reload of the host's nginx lose requests; empty when this command does not reload it. */
  readonly reloadAdvice: readonly string[];
  readonly stages: readonly StageTime[];
  /** What ran beside the stages. */
  readonly besides: readonly BesideTime[];
  readonly durationMs: number;
  readonly failure: HostFailure | undefined;
}

/** The run that a release came with; empty where it is not known. */
export interface ReleaseOrigin {
  readonly repository: string;
  readonly ref: string;
  readonly commit: string;
  readonly actor: string;
  readonly runUrl: string;
}

/** A release that was to become live; it has no name before it is made. */
export interface Attempt {
  readonly release: string | undefined;
  readonly origin: ReleaseOrigin;
}

export interface HostFailure extends FailureText {
  readonly stage: Stage;
}

/** What was sent after the link last broke, if it did, from the first byte to the host's word that all is there. */
export interface Transfer {
  readonly bytes: number;
  readonly ms: number;
  /** SSH channels that shared it. */
  readonly channels: number;
}

/** The old color's requests: still open when the drain's time was over, and cut when its process ended. */
export interface Drain {
  readonly ms: number;
  readonly open: number;
  readonly cut: number;
  readonly cutWebSockets: number;
}

/** How the new release did while it was watched, and the one before it in the 30 s before the switch. */
export interface BakeCount {
  readonly requests: number;
  readonly errors: number;
  readonly oldRequests: number;
  readonly oldErrors: number;
  /** Median answers at the end and before the switch; undefined under 20 requests. */
  readonly medianMs: number | undefined;
  readonly oldMedianMs: number | undefined;
}

/** Requests that one of the two releases answered. */
export interface ServedCount {
  readonly requests: number;
  readonly failed: number;
  readonly closedByClient: number;
}

/** Clients' requests, counted on the host from nginx's log, from the switch to the end of the drain. */
export interface TrafficCount {
  readonly requests: number;
  readonly failed: number;
  readonly closedByClient: number;
  /** Longest time between two successes, in ms. */
  readonly longestGapMs: number;
  /** Longest time between two successes with a failure between them, in ms. */
  readonly downtimeMs: number;
  readonly byOld: ServedCount;
  readonly byNew: ServedCount;
  /** Requests of the action's own through the front door, not among the others. */
  readonly own: { readonly requests: number; readonly failed: number };
}

export const emptyReport = (command: Command): HostReport => ({
  command,
  outcome: 'refused',
  host: '',
  instanceId: undefined,
  release: undefined,
  origin: undefined,
  previousRelease: undefined,
  previousOrigin: undefined,
  rollbackReason: undefined,
  attempted: undefined,
  liveColor: undefined,
  livePort: undefined,
  url: undefined,
  changed: false,
  uploadedBytes: 0,
  transfer: undefined,
  healthyAfterMs: undefined,
  warmUp: undefined,
  reloads: 0,
  tcpResets: undefined,
  bake: undefined,
  drain: undefined,
  traffic: undefined,
  plan: undefined,
  status: undefined,
  setup: undefined,
  findings: [],
  reloadAdvice: [],
  stages: [],
  besides: [],
  durationMs: 0,
  failure: undefined,
});
