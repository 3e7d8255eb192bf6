import { forgetCandidate, stopLeftCandidate } from './candidate.ts';
import { put, stop, stopColor, sync, write } from './files.ts';
import { type Block, end, look, step, when } from './machine.ts';
import { refuses } from './memory.ts';
import { change, myColor, type Process } from './process.ts';
import { beginChange } from './stage-lock.ts';
import { liveColor, routeOf, type State } from './state.ts';
import { repairFirst } from './take-back.ts';
import { has, type World } from './world.ts';

/** inspect: its outcome names the idle color. */
export const inspect = (world: World): Block => [
  ...beginChange(world),
  ...repairFirst(world),
  ...stopLeftCandidate,
  look(
    'is the front door what the files say?',
    state => state.phase !== 'up' || routeOf(state) === liveColor(state),
    [
      step('finds the idle color', (state, me) =>
        change(state, me, { color: liveColor(state) === 'blue' ? 'green' : 'blue' }),
      ),
      end('ok'),
    ],
    [step('refuses the front door', refuses), end('failed')],
  ),
];

/** is_abandoned; its 30 s without a session may be over at any time. */
const isAbandoned = ({ now: { token }, lock }: State, me: Process): boolean =>
  token.run !== me.run || token.hasEnded || lock === 'none';

export const start = (world: World): Block => [
  ...beginChange(world),
  ...repairFirst(world),
  ...stopLeftCandidate,
  when((state, me) => liveColor(state) === me.color, [end('failed')]),
  step('stops what ran there', (state, me) => stop(state, me.color)),
  ...(has(world, 'candidate record')
    ? put('notes the candidate', 'candidate', (_, { color, release }) => ({ color, release }))
    : []),
  step('links the release', (state, me) => write(state, `link-${me.color}`, me.release)),
  step('links the release: fsync', (state, me) => sync(state, `link-${me.color}`)),
  step('starts the color', (state, me) => ({
    ...state,
    [me.color]: { state: 'starting', release: me.release },
  })),
  step('waits until it is healthy', (state, me) => {
    const app = state[me.color].state;
    const outcomes = [
      ...(app === 'starting' ? [] : [change(state, me, { flag: app === 'healthy', heard: 'failed' })]),
      ...(isAbandoned(state, me) ? [change(state, me, { flag: false, heard: 'refused' })] : []),
    ];
    return outcomes.length === 0 ? undefined : outcomes;
  }),
  when(
    (_, me) => me.flag,
    [end('ok')],
    [
      ...stopColor(myColor),
      ...forgetCandidate,
      when((_, me) => me.heard === 'refused', [end('refused')], [end('failed')]),
    ],
  ),
];
