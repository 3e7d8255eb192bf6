import { put } from './files.ts';
import { type Block, step, when } from './machine.ts';
import type { Process } from './process.ts';
import { type Color, isListening, routeOf, type State } from './state.ts';
import { has, type World } from './world.ts';

export const reloadNginx: Block = [step('reloads nginx', state => ({ ...state, loaded: state.now.live }))];

/** The reload of a switch, which nginx may take without following it: its old workers go on. */
export const reloadForSwitch: Block = [
  step('reloads nginx', state => {
    const done = { ...state, loaded: state.now.live };
    const { reload, any } = state.faults;
    return reload > 0 && any > 0
      ? [done, { ...state, faults: { ...state.faults, reload: reload - 1, any: any - 1 } }]
      : done;
  }),
];

/** put_marker */
export const putMarker = (world: World, color: (state: State, me: Process) => Color | 'none'): Block => [
  when(
    (state, me) => state.now.marker !== (color(state, me) === 'green'),
    put(
      'moves the marker',
      'marker',
      (state, me) => color(state, me) === 'green',
      has(world, 'fsync of the marker'),
    ),
  ),
];

/** is_served_by: who answers a request at the first try. */
export const isServedBy = (state: State, color: Color): boolean =>
  routeOf(state) === color && isListening(state[color]);
