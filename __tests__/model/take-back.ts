import { put, stopColor } from './files.ts';
import { disarmDeadline, turnJournal } from './journal.ts';
import { type Block, look, step, when } from './machine.ts';
import { looksBack } from './memory.ts';
import { isServedBy, putMarker, reloadNginx } from './nginx.ts';
import { change, type Process } from './process.ts';
import { type Color, isProven, isUnconfirmed, liveColor, otherColor, routeOf, type State } from './state.ts';
import { has, type World } from './world.ts';

const kept = ({ now }: State) =>
  now.before === 'none' ? { marker: false, live: 'none' as const } : now.before;

/** restore_before; the flag is put_back_changed. */
export const restoreBefore = (world: World): Block => [
  when(
    state => state.now.marker !== kept(state).marker,
    put('puts the marker back', 'marker', state => kept(state).marker, has(world, 'fsync of the marker')),
  ),
  when(
    state => state.now.live !== kept(state).live,
    [
      step('puts live.conf back', (state, me) =>
        change({ ...state, now: { ...state.now, live: kept(state).live } }, me, { flag: true }),
      ),
      step('puts live.conf back: fsync', state => ({
        ...state,
        disk: { ...state.disk, live: state.now.live },
      })),
    ],
    [step('has nothing to put back', (state, me) => change(state, me, { flag: false }))],
  ),
];

/** reload_what_was_put_back */
export const reloadWhatWasPutBack = (world: World): Block => [
  when(
    (state, me) =>
      me.flag || (has(world, 'reload of what nginx has not read') && routeOf(state) !== liveColor(state)),
    reloadNginx,
  ),
];

const isMarkerForm = ({ now }: State): boolean => now.live === 'marker' || now.live === 'older';

/** can_serve */
const canServe = (world: World, state: State): boolean => {
  const { from } = state.now.journal;
  const isWell =
    !has(world, 'health of the release before') ||
    state[from].state === 'healthy' ||
    state[otherColor(from)].state !== 'healthy';
  return !has(world, 'can_serve') || (isProven(state, from) && isWell);
};

/** take_traffic_back */
export const takeTrafficBack = (world: World): Block => [
  step('looks whether the release before it can serve', (state, me) =>
    change(looksBack(state), me, { flag: canServe(world, state) }),
  ),
  when(
    (_, me) => me.flag,
    [
      ...(has(world, 'intent before going back') ? turnJournal(world, 'open') : []),
      when(
        isMarkerForm,
        putMarker(world, state => state.now.journal.from),
        [...restoreBefore(world), ...reloadWhatWasPutBack(world)],
      ),
      ...turnJournal(world, 'restored'),
    ],
    turnJournal(world, 'switched'),
  ),
];

/** leave_color */
export const leaveColor = (color: (state: State, me: Process) => Color): Block => [
  when((state, me) => liveColor(state) !== color(state, me), stopColor(color)),
];

/** repair */
export const repair = (world: World): Block => [
  when(isUnconfirmed, [
    when(state => state.now.journal.state === 'open', repairOpen(world), takeTrafficBack(world)),
    ...disarmDeadline,
    ...leaveColor(state => state.now.journal.to),
  ]),
];

const isConfirmedBySwitch = ({ hasBake, confirmedBy }: World): boolean => !hasBake && confirmedBy === 'host';

const repairOpen = (world: World): Block => {
  const to = (state: State) => state.now.journal.to;
  const takeBack = takeTrafficBack(world);
  return [
    look(
      'does the front door serve the new release?',
      state => liveColor(state) === to(state) && isServedBy(state, to(state)) && isProven(state, to(state)),
      isConfirmedBySwitch(world)
        ? [
            look(
              'is it healthy?',
              state => state[to(state)].state === 'healthy',
              turnJournal(world, 'switched'),
              takeBack,
            ),
          ]
        : takeBack,
      [...restoreBefore(world), ...reloadWhatWasPutBack(world), ...turnJournal(world, 'restored')],
    ),
  ];
};

/** repair, as stages begin with it. */
export const repairFirst = (world: World): Block => (has(world, 'repair') ? repair(world) : []);
