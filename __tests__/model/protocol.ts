import { deadline, guard, watch } from './alone.ts';
import { afterBoot, faultMoves, hostMoves, runnerMoves } from './happenings.ts';
import { advance, compile, type Move, type Program } from './machine.ts';
import { type ProgramName, processIn, type SlotName, slotNames } from './process.ts';
import { retire, revert } from './retire.ts';
import { deploy, endRun, giveUpWaiting } from './run.ts';
import { inspect, start } from './start.ts';
import type { State } from './state.ts';
import { switchTraffic } from './switch.ts';
import type { World } from './world.ts';

/** What can happen next, by who does it. */
export interface Protocol {
  readonly world: World;
  readonly host: (state: State) => readonly Move[];
  readonly runners: (state: State) => readonly Move[];
  readonly faults: (state: State) => readonly Move[];
  readonly all: (state: State) => readonly Move[];
}

export function protocolOf(world: World): Protocol {
  const programs: Readonly<Record<ProgramName, Program>> = {
    deploy: compile(deploy(world)),
    inspect: compile(inspect(world)),
    start: compile(start(world)),
    switch: compile(switchTraffic(world)),
    revert: compile(revert(world)),
    retire: compile(retire(world)),
    'give-up-waiting': compile(giveUpWaiting(world)),
    'end-run': compile(endRun(world)),
    watch: compile(watch(world)),
    deadline: compile(deadline(world)),
    guard: compile(guard(world)),
  };
  const steps = (state: State, slots: readonly SlotName[]): readonly Move[] =>
    slots.flatMap(slot => {
      const me = processIn(state, slot);
      return me === undefined ? [] : advance(programs[me.program], state, me);
    });
  const isRunner = (slot: SlotName): boolean => slot.startsWith('runner');
  const [ofRunners, ofHost] = [slotNames.filter(isRunner), slotNames.filter(slot => !isRunner(slot))];
  const settled = (moves: readonly Move[]) => moves.map(({ name, to }) => ({ name, to: afterBoot(to) }));
  const host = (state: State) => settled([...steps(state, ofHost), ...hostMoves(state, world)]);
  const runners = (state: State) => settled([...steps(state, ofRunners), ...runnerMoves(state, world)]);
  const faults = (state: State) => faultMoves(state, world);
  return {
    world,
    host,
    runners,
    faults,
    all: state => [...host(state), ...runners(state), ...faults(state)],
  };
}
