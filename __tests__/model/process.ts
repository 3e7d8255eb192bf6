import { type Color, otherColor, type Run, type State } from './state.ts';

export type ProgramName =
  | 'deploy'
  | 'inspect'
  | 'start'
  | 'switch'
  | 'revert'
  | 'retire'
  | 'give-up-waiting'
  | 'end-run'
  | 'watch'
  | 'deadline'
  | 'guard';
export type StageName = 'inspect' | 'start' | 'switch' | 'revert' | 'retire';

/** One process: a runner's command, a stage it called, or what the host runs by itself. */
export interface Process {
  readonly kind: 'process';
  readonly program: ProgramName;
  readonly slot: SlotName;
  readonly pc: number;
  readonly run: Run | 'host';
  readonly token: number;
  readonly color: Color;
  readonly release: number;
  /** Whether it holds the stage lock: it is in its changing section. */
  readonly isInside: boolean;
  /** The outcome of its last step, for the step after it. */
  readonly flag: boolean;
  readonly heard: Result | 'nothing';
  /** The stages that were called ahead, to follow it. */
  readonly onwards: readonly StageName[];
}

export type Result = 'ok' | 'failed' | 'refused' | 'killed';
export interface Ended {
  readonly kind: 'ended';
  readonly program: ProgramName;
  readonly result: Result;
  readonly color: Color;
}

export type SlotName =
  | 'runner-A'
  | 'runner-B'
  | 'stage-A'
  | 'stage-B'
  | 'end-A'
  | 'end-B'
  | 'deadline'
  | 'watch'
  | 'guard';

/** What each process is at, or how it ended. */
export type Slots = { readonly [slot in SlotName]: Process | Ended | 'none' };

export const slotNames = [
  'runner-A',
  'runner-B',
  'stage-A',
  'stage-B',
  'end-A',
  'end-B',
  'deadline',
  'watch',
  'guard',
] as const satisfies readonly SlotName[];

/** The process in the slot, while there is one. */
export function processIn(state: State, slot: SlotName): Process | undefined {
  const content = state[slot];
  return content === 'none' || content.kind === 'ended' ? undefined : content;
}

export const process = (
  slot: SlotName,
  program: ProgramName,
  some: Partial<Pick<Process, 'run' | 'token' | 'color' | 'release' | 'onwards'>>,
): Process => ({
  kind: 'process',
  program,
  slot,
  pc: -1,
  run: 'host',
  token: 0,
  color: 'green',
  release: 0,
  isInside: false,
  flag: false,
  heard: 'nothing',
  onwards: [],
  ...some,
});

export const withSlot = (state: State, slot: SlotName, content: Process | Ended | 'none'): State => ({
  ...state,
  [slot]: content,
});

/** A process that has come to its end. */
export const ended = ({ program, color }: Pick<Process, 'program' | 'color'>, result: Result): Ended => ({
  kind: 'ended',
  program,
  result,
  color,
});

/** The process as it is in this state, changed. */
export const change = (state: State, me: Process, news: Partial<Process>): State => {
  const now = state[me.slot];
  return typeof now === 'string' || now.kind === 'ended'
    ? state
    : withSlot(state, me.slot, { ...now, ...news });
};

export const myColor = (_: State, me: Process): Color => me.color;
export const oldColor = (_: State, me: Process): Color => otherColor(me.color);
