import { write } from './files.ts';
import { confirmSwitch, disarmDeadline, turnJournal } from './journal.ts';
import { type Block, either, end, look, step, when } from './machine.ts';
import { change, myColor, type Process } from './process.ts';
import { stopOldIfItHoldsUp } from './retire.ts';
import { takeStageLock } from './stage-lock.ts';
import { isUnconfirmed, liveColor, type State } from './state.ts';
import { leaveColor, repair, restoreBefore, takeTrafficBack } from './take-back.ts';
import type { World } from './world.ts';

const isBaking = ({ now: { journal } }: State, me: Process): boolean =>
  journal.state === 'baking' && journal.release === me.release;

const isOpen = ({ now: { journal } }: State, me: Process): boolean =>
  journal.state === 'open' && journal.release === me.release;

const doesBadly = (state: State, me: Process): boolean =>
  state[me.color].state !== 'healthy' || liveColor(state) !== me.color;

/** The watch over the new release. Its looks and the end of bake-time come at any time. */
export const watch = (world: World): Block => [
  either(
    [step('waits for the bake', (state, me) => (isOpen(state, me) ? undefined : state))],
    [
      step('has waited for 60 s', (state, me) => (isOpen(state, me) && !world.isCalm ? state : undefined)),
      end('ok'),
    ],
  ),
  when((state, me) => !isBaking(state, me), [end('ok')]),
  step('has seen enough', (state, me) => change(state, me, { flag: doesBadly(state, me) })),
  takeStageLock(world),
  when((state, me) => !isBaking(state, me), [end('ok')]),
  when(
    (_, me) => me.flag,
    [...takeTrafficBack(world), when(state => !isUnconfirmed(state), disarmDeadline), ...leaveColor(myColor)],
    [
      when(
        (state, me) => liveColor(state) !== me.color,
        [...turnJournal(world, 'restored'), ...disarmDeadline],
        endBakeWell(world),
      ),
    ],
  ),
];

const endBakeWell = (world: World): Block =>
  world.confirmedBy === 'runner'
    ? turnJournal(world, 'baked')
    : [
        ...confirmSwitch(world),
        look(
          'is no run there?',
          ({ lock }) => lock === 'none',
          stopOldIfItHoldsUp(world, 'holds_up after the bake', []),
          [],
        ),
      ];

/** The deadline of a switch that nobody confirmed. */
export const deadline = (world: World): Block => [
  takeStageLock(world),
  when((state, me) => isUnconfirmed(state) && state.now.journal.release === me.release, repair(world)),
];

/** The guard at boot. */
export const guard = (world: World): Block => [
  step('reads the journal', (state, me) => change(state, me, { isInside: isUnconfirmed(state) })),
  when(state => !isUnconfirmed(state), [end('ok')]),
  ...restoreBefore(world),
  step('disables the new color', state => write(state, `on-${state.now.journal.to}`, false)),
  ...turnJournal(world, 'restored'),
];
