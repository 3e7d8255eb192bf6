import type { Plan } from './plan.ts';

/** Entries of each list and characters of each text, less and less; the last fits whatever is in them. */
const sizes: readonly (readonly [entries: number, characters: number])[] = [
  [Number.POSITIVE_INFINITY, 1000],
  [200, 1000],
  [50, 500],
  [10, 200],
  [2, 50],
];

/**
 * The plan in at most so many bytes of JSON, 30,000 or more. Where it is longer its lists are cut to their beginnings,
 * and `missing` says so.
 */
export function boundPlan(plan: Plan, bytes: number): Plan {
  const cuts = sizes.map(([entries, characters]) => {
    const text = JSON.stringify(plan, (_key, value: unknown) => shorten(value, entries, characters));
    const isWhole = !Number.isFinite(entries);
    return {
      text,
      note: isWhole ? [] : [`The plan is long: of each list only the first ${entries} are told.`],
    };
  });
  const fitting = cuts.find(({ text }) => Buffer.byteLength(text) <= bytes - 200) ?? cuts.at(-1);
  if (fitting === undefined) return plan;
  const cut: Plan = JSON.parse(fitting.text);
  return { ...cut, missing: [...cut.missing, ...fitting.note] };
}

function shorten(value: unknown, entries: number, characters: number): unknown {
  if (typeof value === 'string') return value.slice(0, characters).toWellFormed();
  return Array.isArray(value) ? value.slice(0, entries) : value;
}
