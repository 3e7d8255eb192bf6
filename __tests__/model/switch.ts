import { forgetCandidate } from './candidate.ts';
import { put, stopColor, sync, write } from './files.ts';
import { armDeadline, confirmSwitch, disarmDeadline, turnJournal } from './journal.ts';
import { type Block, end, look, step, when } from './machine.ts';
import { looksAtCandidate } from './memory.ts';
import { isServedBy, putMarker, reloadForSwitch } from './nginx.ts';
import { change, myColor, type Process, process, withSlot } from './process.ts';
import { beginChange, needLease } from './stage-lock.ts';
import { isProven, liveColor, otherColor, type State } from './state.ts';
import { leaveColor, reloadWhatWasPutBack, repairFirst, restoreBefore } from './take-back.ts';
import { has, type World } from './world.ts';

/** take_back, the switch's own */
const takeBack = (world: World): Block => [
  ...restoreBefore(world),
  ...reloadWhatWasPutBack(world),
  ...leaveColor(myColor),
  ...turnJournal(world, 'restored'),
  ...disarmDeadline,
  end('failed'),
];

const openJournal = (world: World): Block => [
  step('opens the journal', (state, me) => {
    const live = liveColor(state);
    const from = live === 'none' ? otherColor(me.color) : live;
    return write(state, 'journal', { state: 'open', from, to: me.color, release: me.release });
  }),
  ...(has(world, 'fsync of the journal')
    ? [step('opens the journal: fsync', (state: State) => sync(state, 'journal'))]
    : []),
];

const keepBefore = (world: World): Block => [
  step('clears what was kept', state => write(state, 'before', 'none')),
  ...(has(world, 'keep_before')
    ? put('keeps what is there', 'before', ({ now: { marker, live } }) => ({ marker, live }))
    : []),
];

const startWatch = (world: World): Block =>
  world.hasBake
    ? [
        step('starts the watch', (state, me) =>
          withSlot(state, 'watch', process('watch', 'watch', { color: me.color, release: me.release })),
        ),
      ]
    : [];

const enable = (world: World): Block => [
  ...(has(world, 'enable before the flip')
    ? [step('enables the color', (state: State, me: Process) => write(state, `on-${me.color}`, true))]
    : []),
  ...(has(world, 'old color disabled only after the confirm')
    ? []
    : [
        step('disables the old color', (state: State, me: Process) =>
          write(state, `on-${otherColor(me.color)}`, false),
        ),
      ]),
  step('enables the color: fsync', state => sync(state, 'on-blue', 'on-green')),
];

const flip = (world: World): Block => {
  const mark = putMarker(world, myColor);
  const install = (live: (me: Process) => 'marker' | Process['color']): Block => [
    ...put('writes live.conf', 'live', (_, me) => live(me)),
    ...reloadForSwitch,
  ];
  if (world.mode === 'reload') return [...install(me => me.color), ...mark];
  return [
    when(
      state => state.now.live !== 'marker',
      [...putMarker(world, state => state.now.journal.from), ...install(() => 'marker')],
    ),
    ...mark,
  ];
};

const settleSwitch = (world: World): Block => {
  if (world.hasBake) return turnJournal(world, 'baking');
  return world.confirmedBy === 'runner' ? turnJournal(world, 'baked') : confirmSwitch(world);
};

export const switchTraffic = (world: World): Block => {
  const isHealthy = (state: State, me: Process) =>
    isProven(state, me.color) && state[me.color].state === 'healthy';
  const isLive = (state: State, me: Process) => liveColor(state) === me.color;
  const isFirst = has(world, 'journal before the change');
  const journal = [...openJournal(world), ...forgetCandidate];
  const intent = has(world, 'deadline before the journal')
    ? [...armDeadline(world), ...journal]
    : [...journal, ...armDeadline(world)];
  return [
    ...beginChange(world),
    ...repairFirst(world),
    ...(has(world, 'a switch is made once') ? [when(isLive, [end('failed')])] : []),
    ...needLease(world),
    step('looks at the candidate', (state, me) =>
      change(looksAtCandidate(state, me), me, { flag: isHealthy(state, me) }),
    ),
    when(
      (_, me) => me.flag || !has(world, 'check_candidate'),
      [],
      [...stopColor(myColor), ...forgetCandidate, end('failed')],
    ),
    ...keepBefore(world),
    ...(isFirst ? intent : []),
    ...(isFirst ? startWatch(world) : []),
    ...enable(world),
    ...flip(world),
    ...(isFirst ? [] : [...intent, ...startWatch(world)]),
    look(
      'does the front door serve it?',
      (state, me) =>
        !has(world, 'proof at the front door') || (isServedBy(state, me.color) && isProven(state, me.color)),
      [],
      takeBack(world),
    ),
    ...settleSwitch(world),
  ];
};
