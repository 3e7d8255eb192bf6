import { survivors } from './files.ts';
import type { Move } from './machine.ts';
import { fails } from './memory.ts';
import { ended, process, processIn, type SlotName, slotNames, withSlot } from './process.ts';
import { comeBack, lapse } from './run.ts';
import { type App, type Color, noRelease, type Run, routeOf, type State } from './state.ts';
import { has, type World } from './world.ts';

const runs: readonly Run[] = ['A', 'B'];
const colors: readonly Color[] = ['blue', 'green'];
/** What the host does by itself, without any process of ours. */
export function hostMoves(state: State, world: World): readonly Move[] {
  const moves: Move[] = [];
  const add = (name: string, to: State) => moves.push({ name, to });
  for (const color of colors) {
    if (state[color].state === 'starting' || state[color].state === 'booting')
      add(`${color} gets healthy`, { ...state, [color]: { ...state[color], state: 'healthy' } });
  }
  if (state.phase === 'guarding' && state.guard === 'none') add('nginx and the apps start', boot(state));
  if (state.timer > 0 && state.deadline === 'none' && !world.isCalm) {
    const deadline = process('deadline', 'deadline', { release: state.timer });
    add('the deadline is over', withSlot({ ...state, timer: 0 }, 'deadline', deadline));
  }
  for (const run of runs) {
    const link = state[`link-${run}`];
    const isOver = link === 'closed' || (link === 'silent' && has(world, 'lease expiry'));
    if (isOver && state.lock === run) add(`the lock of ${run} lapses`, lapse(state, run));
  }
  return moves;
}

/** What runners do that is no step of theirs: a second one comes, a link comes back, a sleeper wakes. */
export function runnerMoves(state: State, world: World): readonly Move[] {
  const moves: Move[] = [];
  const isOpen = state['runner-B'] === 'none' && state.lock === 'none' && state.now.token.token > 0;
  if (world.runners === 2 && isOpen) {
    const other = process('runner-B', 'deploy', { run: 'B', release: 2 });
    moves.push({ name: 'runner-B comes', to: withSlot(state, 'runner-B', other) });
  }
  for (const run of runs) {
    const me = processIn(state, `runner-${run}`);
    if (me === undefined || state[`link-${run}`] === 'open') continue;
    if (state[`link-${run}`] === 'none') continue;
    const back = comeBack(state, me, world);
    if (back !== undefined) moves.push({ name: `runner-${run} connects again`, to: back });
  }
  return moves;
}

/** Everything that may go wrong, as far as this world still allows it. */
export function faultMoves(state: State, world: World): readonly Move[] {
  const moves: Move[] = [];
  const add = (name: string, to: State) => moves.push({ name, to });
  for (const run of runs) {
    const me = processIn(state, `runner-${run}`);
    const link = state[`link-${run}`];
    if (me === undefined || link === 'none' || state.faults.death === 0) continue;
    const dead = withSlot(state, me.slot, ended(me, 'killed'));
    const faults = { ...state.faults, death: state.faults.death - 1 };
    add(`${me.slot} is killed`, { ...dead, [`link-${run}`]: link === 'open' ? 'closed' : link, faults });
  }
  if (state.faults.any === 0) return moves;
  for (const run of runs) {
    const link = state[`link-${run}`];
    const me = processIn(state, `runner-${run}`);
    if (me === undefined || state.faults.cut === 0 || link !== 'open') continue;
    add(`the link of ${me.slot} goes silent`, spend({ ...state, [`link-${run}`]: 'silent' }, 'cut'));
    if (state.lock === run)
      add(`${me.slot} sleeps until its lock has lapsed`, spend(lapse(state, run), 'cut'));
  }
  if (state.faults.app > 0 && state.phase === 'up') {
    for (const color of colors) {
      const app = state[color];
      if (app.state !== 'healthy' || app.release === 3) continue;
      add(`${color} turns sick`, fails(state, color, 'sick', routeOf(state) === color));
      add(`${color} ends by itself`, fails(state, color, 'absent', routeOf(state) === color));
    }
  }
  if (state.faults.kill > 0) for (const slot of slotNames) moves.push(...killed(state, slot));
  if (state.faults.crash > 0) {
    for (const disk of survivors(state)) add('power cut', crash(state, disk, world));
  }
  return moves;
}

const spend = (state: State, what: 'cut' | 'kill' | 'crash'): State => ({
  ...state,
  faults: { ...state.faults, [what]: state.faults[what] - 1, any: state.faults.any - 1 },
});

/** One of the host's own processes is killed; systemd starts the watch and the deadline again. */
function killed(state: State, slot: SlotName): readonly Move[] {
  const me = processIn(state, slot);
  if (me === undefined || slot.startsWith('runner') || slot === 'guard') return [];
  const left = spend(state, 'kill');
  const name = `${slot} is killed`;
  if (slot === 'watch' || slot === 'deadline')
    return [{ name, to: withSlot(left, slot, { ...me, pc: -1, isInside: false, flag: false }) }];
  if (slot === 'end-A' || slot === 'end-B') {
    const lock = me.isInside && me.flag && state.lock === 'host' ? 'none' : state.lock;
    return [{ name, to: withSlot({ ...left, lock }, slot, 'none') }];
  }
  return [{ name, to: withSlot(left, slot, ended(me, 'killed')) }];
}

const absent: App = { state: 'absent', release: 0 };

function crash(state: State, disk: State['disk'], world: World): State {
  const cleared = slotNames
    .filter(slot => !slot.startsWith('runner'))
    .reduce((to, slot) => withSlot(to, slot, 'none'), state);
  const lost = (link: State['link-A']) => (link === 'none' ? 'none' : 'closed');
  const off: State = {
    ...spend(cleared, 'crash'),
    now: disk,
    disk,
    phase: 'guarding',
    loaded: 'none',
    blue: absent,
    green: absent,
    lock: 'none',
    'link-A': lost(state['link-A']),
    'link-B': lost(state['link-B']),
    hasCalls: false,
    timer: 0,
    memory: { ...state.memory, isLost: false, failed: { release: noRelease, when: 'never' } },
  };
  return has(world, 'guard at boot') ? withSlot(off, 'guard', process('guard', 'guard', {})) : off;
}

/** nginx starts with the files that are there, systemd with the colors that are enabled. */
function boot(state: State): State {
  const begun = (color: Color): App =>
    state.now[`on-${color}`] ? { state: 'booting', release: state.now[`link-${color}`] } : state[color];
  return {
    ...state,
    phase: 'starting',
    loaded: state.now.live,
    blue: begun('blue'),
    green: begun('green'),
  };
}

/** A host is up again when no color that it started at its boot is on its way any more. */
export const afterBoot = (state: State): State =>
  state.phase === 'starting' && colors.every(color => state[color].state !== 'booting')
    ? { ...state, phase: 'up' }
    : state;
