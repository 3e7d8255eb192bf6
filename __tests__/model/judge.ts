import { explore } from './explore.ts';
import { initialState } from './initial.ts';
import { findViolation } from './invariants.ts';
import { protocolOf } from './protocol.ts';
import { findUndeployable, findUnsettled } from './settle.ts';
import type { World } from './world.ts';

/** What became of a search: how many states it met, what broke, and what happened until then. */
export interface Judgement {
  readonly states: number;
  readonly violation: string | undefined;
  readonly trace: readonly string[];
}

/** Searches a world to its end, or to the first violation. */
export function judge(world: World): Judgement {
  const protocol = protocolOf(world);
  const search = explore(initialState(world), protocol.all, findViolation);
  const violation = search.violation ?? findUnsettled(search, protocol) ?? findUndeployable(search, protocol);
  return {
    states: search.states.length,
    violation: violation?.what,
    trace: violation === undefined ? [] : search.traceTo(violation.index),
  };
}
