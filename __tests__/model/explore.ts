import type { Move } from './machine.ts';
import type { State } from './state.ts';

/** Gives each different value one number, so that a state's key is short, though states share most of their parts. */
class Parts {
  readonly #seen = new WeakMap<object, number>();
  readonly #values = new Map<unknown, number>();
  readonly #keys = new Map<string, number>();
  #count = 0;

  keyOf(whole: object): string {
    let key = '';
    for (const part of Object.values(whole)) key += String.fromCharCode(this.#numberOf(part));
    return key;
  }

  #numberOf(part: unknown): number {
    if (typeof part !== 'object' || part === null) return this.#intern(this.#values, part);
    const known = this.#seen.get(part);
    if (known !== undefined) return known;
    const number = this.#intern(this.#keys, this.keyOf(part));
    this.#seen.set(part, number);
    return number;
  }

  #intern<Key>(numbers: Map<Key, number>, key: Key): number {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#count++;
    if (number > 0xffff) throw new Error('a model with more than 65,536 different parts');
    numbers.set(key, number);
    return number;
  }
}

/** What a search found: every state that can be reached, and the first that must not be. */
export interface Exploration {
  readonly states: readonly State[];
  readonly violation: Violation | undefined;
  indexOf(state: State): number | undefined;
  /** What happens until the state with this index, on a shortest way. */
  traceTo(index: number): readonly string[];
}

export interface Violation {
  readonly index: number;
  readonly what: string;
}

/**
 * Breadth-first search over all interleavings from `first`, to the end or to the first violation. `check` names
 * what is wrong with a state.
 */
export function explore(
  first: State,
  movesOf: (state: State) => readonly Move[],
  check: (state: State) => string | undefined,
): Exploration {
  const parts = new Parts();
  const indexes = new Map<string, number>();
  const states: State[] = [];
  const parents: number[] = [];

  const note = (state: State, parent: number): void => {
    const key = parts.keyOf(state);
    if (indexes.has(key)) return;
    indexes.set(key, states.push(state) - 1);
    parents.push(parent);
  };
  const indexOf = (state: State) => indexes.get(parts.keyOf(state));
  const nameOf = (parent: State | undefined, index: number): string =>
    (parent && movesOf(parent).find(({ to }) => indexOf(to) === index)?.name) ?? 'something';
  const traceTo = (index: number): readonly string[] => {
    const trace: string[] = [];
    for (let at = index; at > 0; at = parents[at] ?? 0) trace.unshift(nameOf(states[parents[at] ?? 0], at));
    return trace;
  };

  note(first, 0);
  let violation: Violation | undefined;
  for (const [index, state] of states.entries()) {
    const what = check(state);
    if (what !== undefined) {
      violation = { index, what };
      break;
    }
    for (const { to } of movesOf(state)) note(to, index);
  }
  return { states, violation, indexOf, traceTo };
}
