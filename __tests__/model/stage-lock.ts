import { syncAll } from './files.ts';
import { type Block, end, look, step, when } from './machine.ts';
import { begins } from './memory.ts';
import { change, type Process, processIn, slotNames } from './process.ts';
import type { State } from './state.ts';
import { has, type World } from './world.ts';

/** The guard needs no lock: stages wait until it has done its work, and nothing of the host's runs before it. */
const isFree = (state: State, world: World): boolean =>
  slotNames.every(
    slot => slot === 'guard' || !has(world, 'stage lock') || !processIn(state, slot)?.isInside,
  ) &&
  (state.phase !== 'guarding' || !has(world, 'stages wait for the guard'));

/** holds_lease */
const holdsLease = ({ now: { token }, lock }: State, me: Process): boolean =>
  token.token === me.token && token.run === me.run && !token.hasEnded && lock !== 'none';

/** Waits for the stage lock and takes it; what it then finds may let it go at once. */
export const takeStageLock = (
  world: World,
  enter: (state: State, me: Process) => State = (state, me) => change(state, me, { isInside: true }),
) =>
  step('takes the stage lock', (state, me) =>
    isFree(state, world) ? enter(makeLasting(state, world), me) : undefined,
  );

const makeLasting = (state: State, world: World): State =>
  has(world, 'what a killed stage left is synced') ? syncAll(state) : state;

/** need_lease, in the middle of a stage. */
export const needLease = (world: World): Block => [
  look(
    'does its run still hold the lock?',
    (state, me) => !has(world, 'token check') || holdsLease(state, me),
    [],
    [end('refused')],
  ),
];

/** begin_change */
export const beginChange = (world: World): Block => [
  takeStageLock(world, (state, me) => {
    const isAllowed = !has(world, 'token check') || holdsLease(state, me);
    return change(isAllowed ? begins(state, me) : state, me, { isInside: isAllowed, flag: isAllowed });
  }),
  when((_, me) => me.flag, [], [end('refused')]),
];
