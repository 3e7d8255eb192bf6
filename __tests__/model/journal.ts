import { put } from './files.ts';
import { type Block, step } from './machine.ts';
import { withSlot } from './process.ts';
import type { Journal } from './state.ts';
import { has, type World } from './world.ts';

/** turn_journal */
export const turnJournal = (world: World, state: Journal['state']): Block =>
  put(
    `journal: ${state}`,
    'journal',
    ({ now }) => ({ ...now.journal, state }),
    has(world, 'fsync of the journal'),
  );

export const armDeadline = (world: World): Block => [
  step('arms the deadline', (state, me) =>
    withSlot({ ...state, timer: has(world, 'deadline timer') ? me.release : 0 }, 'deadline', 'none'),
  ),
];

export const disarmDeadline: Block = [step('disarms the deadline', state => ({ ...state, timer: 0 }))];

/** confirm_switch */
export const confirmSwitch = (world: World): Block => [...turnJournal(world, 'switched'), ...disarmDeadline];
