import type { Faults, Live } from './state.ts';

/** The guards of the protocol that can be taken out of the model; guards.ts ties each to the scripts. */
export const namesOfGuards = [
  'stage lock',
  'token check',
  'what a killed stage left is synced',
  'journal before the change',
  'fsync of the journal',
  'fsync of the marker',
  'enable before the flip',
  'old color disabled only after the confirm',
  'keep_before',
  'check_candidate',
  'proof at the front door',
  'deadline timer',
  'deadline before the journal',
  'guard at boot',
  'intent before going back',
  'deadline for going back',
  'reload of what nginx has not read',
  'stages wait for the guard',
  'can_serve',
  'health of the release before',
  'a switch is made once',
  'no resume after a reboot',
  'holds_up',
  'holds_up after the bake',
  'lease expiry',
  'repair',
  'candidate record',
  'end of a run that is gone',
] as const;
export type GuardName = (typeof namesOfGuards)[number];

/** One setting of the model: how the action is configured, what may go wrong, which guard is taken out. */
export interface World {
  readonly name: string;
  readonly mode: 'instant' | 'reload';
  /** What live.conf says before the deploys. */
  readonly before: Live;
  readonly hasBake: boolean;
  readonly confirmedBy: 'host' | 'runner';
  readonly runners: 1 | 2;
  readonly faults: Faults;
  /** Nothing goes wrong: verify-url says yes, and no deadline is over before its switch. */
  readonly isCalm?: boolean;
  readonly without?: readonly GuardName[];
}

export const has = (world: World, guard: GuardName): boolean => !world.without?.includes(guard);
