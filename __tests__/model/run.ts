import { stopLeftCandidate } from './candidate.ts';
import { sync, write } from './files.ts';
import { type Block, either, end, repeat, step, when } from './machine.ts';
import {
  change,
  ended,
  type Process,
  type ProgramName,
  process,
  type StageName,
  withSlot,
} from './process.ts';
import { takeStageLock } from './stage-lock.ts';
import type { Run, State } from './state.ts';
import { has, type World } from './world.ts';

export const runOf = (me: Process): Run => (me.run === 'B' ? 'B' : 'A');
const isConnected = (state: State, me: Process): boolean => state[`link-${runOf(me)}`] === 'open';

/** acquire: a token that grows; nobody hears of it before it is on the disk. */
export function acquire(state: State, me: Process): State {
  const run = runOf(me);
  const token = state.now.token.token + 1;
  const written = sync(write(state, 'token', { token, run, hasEnded: false }), 'token');
  return change({ ...written, lock: run, hasCalls: true, [`link-${run}`]: 'open' }, me, { token });
}

/** The order in which one stage can be called ahead to follow another. */
const inOrder: readonly ProgramName[] = ['start', 'switch', 'retire'];
const isAfter = (later: ProgramName, earlier: ProgramName): boolean =>
  inOrder.includes(earlier) && inOrder.indexOf(later) > inOrder.indexOf(earlier);

/**
 * Calls a stage, unless it was called ahead, and ahead the one that is to follow it on the host; again when the host
 * says that it did not happen.
 */
const call = (program: StageName, ...onwards: readonly StageName[]): Block => [
  repeat(
    [
      step(`calls ${program}`, (state, me) => {
        const slot = `stage-${runOf(me)}` as const;
        const there = state[slot];
        if (there !== 'none' && there.program === program) {
          const isReached = isConnected(state, me) && there.kind === 'process';
          return isReached ? withSlot(state, slot, { ...there, onwards }) : state;
        }
        if (!isConnected(state, me)) return undefined;
        const { token, run, color, release } = me;
        return withSlot(state, slot, process(slot, program, { token, run, color, release, onwards }));
      }),
      step(`hears of ${program}`, (state, me) => {
        const slot = `stage-${runOf(me)}` as const;
        const there = state[slot];
        if (!isConnected(state, me)) return undefined;
        if (there !== 'none' && isAfter(there.program, program)) return change(state, me, { heard: 'ok' });
        if (there !== 'none' && there.kind === 'process') return undefined;
        const cleared = withSlot(state, slot, 'none');
        if (there === 'none') return change(cleared, me, { heard: 'refused' });
        const next = change(cleared, me, {
          heard: there.result === 'killed' ? 'failed' : there.result,
          ...(program === 'inspect' && { color: there.color }),
        });
        return there.result === 'refused' ? { ...next, [`link-${runOf(me)}`]: 'closed' } : next;
      }),
    ],
    (_, me) => me.heard !== 'refused',
  ),
];

const ending = (slot: 'end-A' | 'end-B', program: 'give-up-waiting' | 'end-run', run: Run, token: number) =>
  process(slot, program, { run, token });

/** `bye`: the run ends in order, whatever became of it. */
const bye = (result: 'ok' | 'failed'): Block => [
  step('says bye', (state, me) => {
    if (!isConnected(state, me)) return undefined;
    const run = runOf(me);
    const gone: State = { ...state, [`link-${run}`]: 'none' };
    if (state.lock !== run || state.now.token.token !== me.token) return gone;
    const ended = write({ ...gone, lock: 'none' }, 'token', { ...state.now.token, hasEnded: true });
    return withSlot(sync(ended, 'token'), `end-${run}`, ending(`end-${run}`, 'end-run', run, me.token));
  }),
  end(result),
];

const goOnIfWell: Block = [when((_, me) => me.heard === 'ok', [], bye('failed'))];

const followBake: Block = [
  step('follows the bake', (state, me) => {
    const { journal } = state.now;
    if (!isConnected(state, me) || (journal.state === 'baking' && journal.release === me.release))
      return undefined;
    const isGood =
      journal.release === me.release && (journal.state === 'baked' || journal.state === 'switched');
    return change(state, me, { heard: isGood ? 'ok' : 'failed' });
  }),
  ...goOnIfWell,
];

const askVerifyUrl: Block = [
  either(
    [step('verify-url says yes', state => state)],
    [step('verify-url says no', state => state), ...call('revert'), ...bye('failed')],
  ),
];

/** deploy, as the runner does it: what it need not decide upon is called ahead. */
export const deploy = ({ hasBake, confirmedBy, isCalm }: World): Block => {
  const afterSwitch = hasBake || confirmedBy === 'runner' ? [] : (['retire'] as const);
  return [
    step('acquires the lock', (state, me) => (state.lock === 'none' ? acquire(state, me) : undefined)),
    ...call('inspect'),
    ...goOnIfWell,
    ...call('start', 'switch'),
    ...goOnIfWell,
    ...call('switch', ...afterSwitch),
    ...goOnIfWell,
    ...(confirmedBy === 'runner' && !isCalm ? askVerifyUrl : []),
    ...(hasBake ? followBake : []),
    ...call('retire'),
    ...goOnIfWell,
    ...bye('ok'),
  ];
};

const isNewest = ({ now: { token } }: State, me: Process): boolean => token.token === me.token;

/** end_run */
export const endRun = (world: World): Block => [
  takeStageLock(world, (state, me) => {
    const isMine = state.lock === 'none' && isNewest(state, me);
    return change(isMine ? { ...state, lock: 'host' } : state, me, {
      isInside: isMine,
      flag: isMine,
    });
  }),
  when((_, me) => !me.flag, [end('ok')]),
  step('notes that the run has ended', state =>
    sync(write(state, 'token', { ...state.now.token, hasEnded: true }), 'token'),
  ),
  ...stopLeftCandidate,
  step('gives the lock back', state => ({ ...state, lock: 'none', hasCalls: false })),
];

/** is_gone_for_good, and what follows: the 30 s may be over at any time. */
export const giveUpWaiting = (world: World): Block => [
  step('waits for the run to come back', state => state),
  when((state, me) => !isNewest(state, me), [end('ok')]),
  ...(has(world, 'end of a run that is gone') ? endRun(world) : []),
];

/** The host gives the lock of a run free that it does not hear of any more. */
export function lapse(state: State, run: Run): State {
  const gone = withSlot(
    { ...state, lock: 'none' },
    `end-${run}`,
    ending(`end-${run}`, 'give-up-waiting', run, state.now.token.token),
  );
  return gone;
}

/** A run comes back over a new link: it goes on with a new token, unless the host ended it or another took over. */
export function comeBack(state: State, me: Process, world: World): State | undefined {
  const run = runOf(me);
  const { token } = state.now;
  if (state.lock === 'host') return undefined;
  const isStill = token.run === run && token.token === me.token && !token.hasEnded;
  const isKnown = state.hasCalls || !has(world, 'no resume after a reboot');
  if (!isStill || !isKnown || (state.lock !== 'none' && state.lock !== run))
    return withSlot(state, me.slot, ended(me, 'failed'));
  return acquire(state, me);
}
