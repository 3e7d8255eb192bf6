import { isKnown } from './memory.ts';
import { processIn, slotNames } from './process.ts';
import { type App, isListening, otherColor, routeOf, type State } from './state.ts';

/** What must hold in every state; the name of the first that does not, with what is wrong. */
export function findViolation(state: State): string | undefined {
  return findUnserved(state) ?? findTwoAtWork(state) ?? findRefused(state);
}

export const frontDoor = 'the front door always has a healthy release';
export const oneAtATime = 'no two runners change the same host';
export const noFalseAlarm = 'a front door that nobody else touched is never refused';

/**
 * Whenever the host is up, a request is answered by a healthy release that was looked at before its switch.
 * Excused: a release that failed after the last look at it; one that failed in its own watch time, as long as the
 * release before it stands ready; and a host on which a failure left no release that could serve.
 */
function findUnserved(state: State): string | undefined {
  if (state.phase !== 'up') return undefined;
  const route = routeOf(state);
  if (route === 'none') return `${frontDoor}: nginx has no configuration of ours`;
  const { memory } = state;
  const [first, second] = [state[route], state[otherColor(route)]];
  const answering = isListening(first) ? first : second;
  if (!isListening(answering))
    return memory.isLost || memory.failed.when === 'later' ? undefined : `${frontDoor}: nobody answers`;
  if (answering.state === 'sick') return judgeSick(state, answering, first === answering ? second : first);
  return answering === first && !isKnown(state, first.release)
    ? `${frontDoor}: release ${first.release} answers, and was never looked at`
    : undefined;
}

function judgeSick({ memory: { failed, isLost } }: State, { release }: App, other: App): string | undefined {
  if (isLost || failed.when === 'later') return undefined;
  if (failed.when === 'watched' && other.state === 'healthy') return undefined;
  return `${frontDoor}: release ${release} answers, which failed (${failed.when})`;
}

/** One stage at a time is in its changing section, and none of a run that another has taken over from. */
function findTwoAtWork(state: State): string | undefined {
  const inside = slotNames.flatMap(slot => {
    const me = processIn(state, slot);
    return me?.isInside ? [me] : [];
  });
  if (inside.length > 1) return `${oneAtATime}: ${inside.map(me => me.slot).join(' and ')} at once`;
  const late = inside.find(me => me.slot.startsWith('stage') && me.token < state.memory.begun);
  return late && `${oneAtATime}: ${late.slot} changes with token ${late.token} after ${state.memory.begun}`;
}

const findRefused = ({ memory }: State): string | undefined => (memory.isRefused ? noFalseAlarm : undefined);
