import { type Exploration, explore, type Violation } from './explore.ts';
import { findViolation } from './invariants.ts';
import { isKnown } from './memory.ts';
import { process, processIn, slotNames } from './process.ts';
import { type Protocol, protocolOf } from './protocol.ts';
import {
  isListening,
  isUnconfirmed,
  liveColor,
  noRelease,
  otherColor,
  routeOf,
  type State,
} from './state.ts';

export const settles = 'left alone, the host settles';
export const deploysAgain = 'the next deploy succeeds';

const isQuiet = (state: State): boolean =>
  processIn(state, 'runner-A') === undefined && processIn(state, 'runner-B') === undefined;

/** Why a host that nothing goes on at any more is not in order; undefined when it is. */
function findDisorder(state: State, { world }: Protocol): string | undefined {
  const { faults } = state;
  const { journal, candidate } = state.now;
  const route = routeOf(state);
  const verdict = journal.state === 'switched' ? journal.to : journal.from;
  const left = slotNames.find(slot => processIn(state, slot) !== undefined);
  if (left !== undefined) return `${left} never ends`;
  if (state.phase !== 'up') return 'it never comes up';
  if (state.lock !== 'none') return `the lock stays with ${state.lock}`;
  if (isUnconfirmed(state)) return `the journal stays ${journal.state}`;
  if (route !== liveColor(state)) return `nginx sends traffic to ${route}, its files say ${liveColor(state)}`;
  if (route !== verdict) return `the journal's verdict is ${verdict}, ${route} is live`;
  const idle = state[otherColor(verdict)];
  const isNoted = candidate !== 'none' && candidate.release === idle.release;
  if (faults.crash < world.faults.crash || (isNoted && faults.kill < world.faults.kill)) return undefined;
  return isListening(idle) && !isKnown(state, idle.release)
    ? `release ${idle.release}, which was never switched to, runs for ever`
    : undefined;
}

/**
 * From every state that no runner is left in, the host alone must come to rest, in order: no open journal, no lock,
 * nothing armed, and the traffic where the journal and the files say. A candidate may run on, beside the
 * live color, if what would have stopped it was killed (the next run finds it noted) or lost its power.
 */
export function findUnsettled(exploration: Exploration, protocol: Protocol): Violation | undefined {
  const reachedFrom = new Map<number, number[]>();
  const quiet: number[] = [];
  const settling = new Set<number>();
  for (const [index, state] of exploration.states.entries()) {
    if (!isQuiet(state)) continue;
    quiet.push(index);
    const moves = protocol.host(state);
    const disorder = moves.length === 0 ? findDisorder(state, protocol) : undefined;
    if (disorder !== undefined) return { index, what: `${settles}: ${disorder}` };
    if (moves.length === 0) settling.add(index);
    for (const { to } of moves) {
      const next = exploration.indexOf(to) ?? index;
      reachedFrom.set(next, [...(reachedFrom.get(next) ?? []), index]);
    }
  }
  for (const index of settling) for (const earlier of reachedFrom.get(index) ?? []) settling.add(earlier);
  const index = quiet.find(one => !settling.has(one));
  return index === undefined ? undefined : { index, what: `${settles}: it goes round in circles` };
}

/** From every state of rest, a deploy in which nothing goes wrong must succeed. */
export function findUndeployable(exploration: Exploration, protocol: Protocol): Violation | undefined {
  const calm = protocolOf({ ...protocol.world, isCalm: true });
  const tried = new Set<string>();
  for (const [index, state] of exploration.states.entries()) {
    if (!isQuiet(state) || protocol.host(state).length > 0) continue;
    const first = nextDeploy(state);
    const key = JSON.stringify(first);
    if (tried.has(key)) continue;
    tried.add(key);
    const what = failsFrom(first, calm);
    if (what !== undefined) return { index, what: `${deploysAgain}: ${what}` };
  }
  return undefined;
}

/** The same host, with a new runner, release 3, and nothing left that may go wrong. */
function nextDeploy(state: State): State {
  const hasFailed = state.memory.failed.when !== 'never';
  const now: State['now'] = {
    ...state.now,
    before: 'none',
    token: { token: 0, run: 'B', hasEnded: true },
  };
  return {
    ...state,
    now,
    disk: now,
    hasCalls: false,
    'link-A': 'none',
    'link-B': 'none',
    'runner-A': process('runner-A', 'deploy', { run: 'A', release: 3 }),
    'runner-B': { kind: 'ended', program: 'deploy', result: 'ok', color: 'blue' },
    'stage-A': 'none',
    'stage-B': 'none',
    faults: { any: 0, death: 0, crash: 0, kill: 0, cut: 0, app: 0, reload: 0 },
    memory: {
      proven: 7,
      watched: noRelease,
      failed: { release: state.memory.failed.release, when: hasFailed ? 'later' : 'never' },
      trusted: noRelease,
      isLost: hasFailed,
      begun: 0,
      isRefused: false,
    },
  };
}

function failsFrom(first: State, { host, runners }: Protocol): string | undefined {
  const moves = (state: State) => [...host(state), ...runners(state)];
  const run = explore(first, moves, state => findViolation(state) ?? findFailure(state, moves(state).length));
  return run.violation && `${run.violation.what} (${run.traceTo(run.violation.index).slice(-4).join('; ')})`;
}

function findFailure(state: State, moves: number): string | undefined {
  if (moves > 0) return undefined;
  const runner = state['runner-A'];
  const route = routeOf(state);
  if (runner === 'none' || runner.kind === 'process') return 'it hangs';
  if (runner.result !== 'ok') return 'it fails';
  return route === 'none' || state[route].release !== 3 || state[route].state !== 'healthy'
    ? 'its release does not serve'
    : undefined;
}
