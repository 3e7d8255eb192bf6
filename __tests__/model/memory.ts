import type { Process } from './process.ts';
import { type Color, type Memory, noRelease, type State } from './state.ts';

const remember = (state: State, news: Partial<Memory>): State => ({
  ...state,
  memory: { ...state.memory, ...news },
});

const bit = (release: number): number => 2 ** release;
export const isKnown = ({ memory }: State, release: number): boolean => (memory.proven & bit(release)) !== 0;

/** A stage got into its changing section. Another run's stage ends the watch time of what it finds confirmed. */
export function begins(state: State, me: Process): State {
  const { begun, watched } = state.memory;
  const { state: journal } = state.now.journal;
  const isOver = watched !== me.release && (journal === 'switched' || journal === 'restored');
  const next = remember(state, { begun: Math.max(begun, me.token) });
  return isOver ? endWatchTime(next) : next;
}

/** The look before the switch: from here on the release is known, and watched. */
export function looksAtCandidate(state: State, me: Process): State {
  const isHealthy = state[me.color].state === 'healthy' && state[me.color].release === me.release;
  const { proven } = state.memory;
  return isHealthy ? remember(state, { proven: proven | bit(me.release), watched: me.release }) : state;
}

/** The look at the release before, to which the traffic is to go back. */
export const looksBack = (state: State): State => {
  const { release } = state[state.now.journal.from];
  return state.memory.failed.release === release && state.memory.failed.when !== 'never'
    ? state
    : remember(state, { trusted: release });
};

/** The last look before the old color is stopped: what fails after it is no fault of the protocol. */
export const looksBeforeStop = (state: State, me: Process): State =>
  state.memory.watched === me.release && state.memory.failed.release !== me.release
    ? remember(state, { watched: noRelease })
    : state;

export function endWatchTime(state: State): State {
  const { failed } = state.memory;
  return remember(state, {
    watched: noRelease,
    ...(failed.when === 'watched' && { failed: { ...failed, when: 'later' }, isLost: true }),
  });
}

/** inspect found a front door that it does not trust. */
export const refuses = (state: State): State => remember(state, { isRefused: true });

/** The color's process fails by itself: it turns sick, or ends. */
export function fails(state: State, color: Color, how: 'sick' | 'absent', isRoute: boolean): State {
  const { release } = state[color];
  const { watched } = state.memory;
  const after: State = {
    ...state,
    [color]: { state: how, release },
    faults: { ...state.faults, app: state.faults.app - 1, any: state.faults.any - 1 },
  };
  const when = !isKnown(state, release)
    ? 'before its look'
    : watched === release
      ? 'watched'
      : isRoute || state.memory.trusted === release
        ? 'later'
        : 'behind';
  const isLost = [after.blue, after.green].every(
    app => app.state !== 'healthy' || !isKnown(state, app.release),
  );
  return remember(after, { failed: { release, when }, isLost });
}
