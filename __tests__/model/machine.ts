import { change, ended, type Process, process, type Result, type SlotName, withSlot } from './process.ts';
import type { State } from './state.ts';

export type Test = (state: State, me: Process) => boolean;

/**
 * What programs are made of. A `step` is one change that nothing can split; it gives undefined while it has to wait.
 * A `look` takes a time of its own, so the world can change before what it decides. A `when` does not: it decides
 * over what nobody else can change, at the moment of the next step.
 */
export type Op =
  | {
      readonly kind: 'step';
      readonly name: string;
      readonly run: (state: State, me: Process) => State | readonly State[] | undefined;
    }
  | {
      readonly kind: 'look' | 'when';
      readonly name: string;
      readonly holds: Test;
      readonly then: Block;
      readonly otherwise: Block;
    }
  | { readonly kind: 'either'; readonly blocks: readonly Block[] }
  | { readonly kind: 'repeat'; readonly body: Block; readonly until: Test }
  | { readonly kind: 'end'; readonly result: Result };
export type Block = readonly Op[];

export const step = (name: string, run: Extract<Op, { kind: 'step' }>['run']): Op => ({
  kind: 'step',
  name,
  run,
});
export const look = (name: string, holds: Test, then: Block, otherwise: Block): Op => ({
  kind: 'look',
  name,
  holds,
  then,
  otherwise,
});
export const when = (holds: Test, then: Block, otherwise: Block = []): Op => ({
  kind: 'when',
  name: '',
  holds,
  then,
  otherwise,
});
export const either = (...blocks: readonly Block[]): Op => ({ kind: 'either', blocks });
export const repeat = (body: Block, until: Test): Op => ({ kind: 'repeat', body, until });
export const end = (result: Result): Op => ({ kind: 'end', result });

type Instruction =
  | (Extract<Op, { kind: 'step' }> & { readonly next: number })
  | {
      readonly kind: 'look' | 'when';
      readonly name: string;
      readonly holds: Test;
      readonly yes: number;
      readonly no: number;
    }
  | { readonly kind: 'either'; readonly targets: readonly number[] }
  | { readonly kind: 'end'; readonly result: Result };

/** A compiled program: it begins at its last instruction. */
export type Program = readonly Instruction[];

export function compile(block: Block): Program {
  const program: Instruction[] = [{ kind: 'end', result: 'ok' }];
  const add = (instruction: Instruction): number => program.push(instruction) - 1;
  const addBlock = (ops: Block, next: number): number =>
    ops.reduceRight((following, op) => addOp(op, following), next);
  const addOp = (op: Op, next: number): number => {
    switch (op.kind) {
      case 'step':
        return add({ ...op, next });
      case 'end':
        return add(op);
      case 'either':
        return add({ kind: 'either', targets: op.blocks.map(one => addBlock(one, next)) });
      case 'repeat': {
        const test = add({ kind: 'end', result: 'ok' });
        const first = addBlock(op.body, test);
        program[test] = { kind: 'when', name: '', holds: op.until, yes: next, no: first };
        return first;
      }
      default: {
        const { kind, name, holds } = op;
        return add({
          kind,
          name,
          holds,
          yes: addBlock(op.then, next),
          no: addBlock(op.otherwise, next),
        });
      }
    }
  };
  const entry = addBlock(block, 0);
  return entry === program.length - 1
    ? program
    : [...program, { kind: 'when', name: '', holds: () => true, yes: entry, no: entry }];
}

/** One thing that can happen. */
export interface Move {
  readonly name: string;
  readonly to: State;
}

/** What the process can do next. */
export function advance(program: Program, state: State, me: Process): readonly Move[] {
  let pc = me.pc < 0 ? program.length - 1 : me.pc;
  let instruction = program[pc];
  while (instruction?.kind === 'when') {
    pc = instruction.holds(state, me) ? instruction.yes : instruction.no;
    instruction = program[pc];
  }
  if (instruction === undefined) throw new Error(`${me.program} has no instruction ${pc}`);
  const name = (what: string) => `${me.slot}${me.program === me.slot ? '' : ` (${me.program})`}: ${what}`;
  switch (instruction.kind) {
    case 'step': {
      const result = instruction.run(state, me);
      if (result === undefined) return [];
      const { next } = instruction;
      return (isMany(result) ? result : [result]).map(to => ({
        name: name(instruction.name),
        to: goTo(program, to, me, next),
      }));
    }
    case 'look': {
      const isSo = instruction.holds(state, me);
      const to = goTo(program, state, me, isSo ? instruction.yes : instruction.no);
      return [{ name: name(`${instruction.name} ${isSo ? 'yes' : 'no'}`), to }];
    }
    case 'either':
      return instruction.targets.flatMap(pc => advance(program, state, { ...me, pc }));
    case 'end':
      return [{ name: name(`ends: ${instruction.result}`), to: finish(state, me, instruction.result) }];
  }
}

const isMany = (result: State | readonly State[]): result is readonly State[] => Array.isArray(result);

function goTo(program: Program, state: State, me: Process, pc: number): State {
  const instruction = program[pc];
  return instruction?.kind === 'end' ? finish(state, me, instruction.result) : change(state, me, { pc });
}

const keepsItsResult = (slot: SlotName): boolean => slot.startsWith('stage') || slot.startsWith('runner');

function finish(state: State, me: Process, result: Result): State {
  const now = state[me.slot];
  if (now === 'none' || now.kind === 'ended') return state;
  const [next, ...onwards] = now.onwards;
  if (result === 'ok' && next !== undefined) {
    // await_call_before: until here the one that was called ahead has done nothing.
    const { run, token, color, release } = now;
    return withSlot(state, me.slot, process(me.slot, next, { run, token, color, release, onwards }));
  }
  return withSlot(state, me.slot, keepsItsResult(me.slot) ? ended(now, result) : 'none');
}
