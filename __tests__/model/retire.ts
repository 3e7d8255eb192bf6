import { forgetCandidate } from './candidate.ts';
import { stopColor } from './files.ts';
import { armDeadline, confirmSwitch, disarmDeadline } from './journal.ts';
import { type Block, end, step, when } from './machine.ts';
import { looksBeforeStop } from './memory.ts';
import { isServedBy } from './nginx.ts';
import { change, myColor, oldColor } from './process.ts';
import { beginChange } from './stage-lock.ts';
import { isUnconfirmed, liveColor, otherColor } from './state.ts';
import { leaveColor, takeTrafficBack } from './take-back.ts';
import { type GuardName, has, type World } from './world.ts';

export const revert = (world: World): Block => [
  ...beginChange(world),
  when(
    (state, me) => state.now.journal.release === me.release,
    [when(isUnconfirmed, takeTrafficBack(world)), ...disarmDeadline, ...leaveColor(myColor)],
    [when((state, me) => liveColor(state) !== me.color, [...stopColor(myColor), ...forgetCandidate])],
  ),
];

/** The last look, holds_up; then the old color is stopped, or the traffic goes back to it. */
export const stopOldIfItHoldsUp = (world: World, guard: GuardName, otherwise: Block): Block => [
  step('looks at the front door after the drain', (state, me) =>
    change(looksBeforeStop(state, me), me, {
      flag: isServedBy(state, me.color) && state[me.color].state === 'healthy',
    }),
  ),
  when((_, me) => me.flag || !has(world, guard), stopColor(oldColor), [
    ...(has(world, 'deadline for going back') ? armDeadline(world) : []),
    ...takeTrafficBack(world),
    ...disarmDeadline,
    ...leaveColor(myColor),
    ...otherwise,
  ]),
];

export const retire = (world: World): Block => [
  ...beginChange(world),
  when(
    (state, me) => state.now.journal.release === me.release && state.now.journal.state === 'baked',
    confirmSwitch(world),
  ),
  when(
    (state, me) => state.now.journal.state !== 'switched' || liveColor(state) !== me.color,
    [end('failed')],
  ),
  when(
    (state, me) => state[otherColor(me.color)].state !== 'absent',
    stopOldIfItHoldsUp(world, 'holds_up', [end('failed')]),
    stopColor(oldColor),
  ),
];
