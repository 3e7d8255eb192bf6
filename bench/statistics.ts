/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return (upper + lower) / 2;
}

/** The range that holds the middle half of the values: the medians of their lower and their upper half. */
export function quartiles(values: readonly number[]): readonly [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.ceil(sorted.length / 2);
  return [median(sorted.slice(0, half)), median(sorted.slice(-half))];
}

/** How far values are apart: the largest less the least, as a share of the median. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Adds up the counts of several records, key by key. */
export function addUp(
  records: readonly Readonly<Record<string, number>>[],
): Readonly<Record<string, number>> {
  const keys = new Set(records.flatMap(record => Object.keys(record)));
  return Object.fromEntries([...keys].sort().map(key => [key, sum(records.map(one => one[key] ?? 0))]));
}

/** Counts as text: `reset 3, closed 1`, or a dash for none. */
export function writeCounts(counts: Readonly<Record<string, number>>): string {
  const words = Object.entries(counts).map(([name, count]) => `${name} ${count.toLocaleString('en')}`);
  return words.join(', ') || '-';
}

/** Milliseconds as a whole number with its unit. */
export function ms(value: number): string {
  return `${Math.round(value).toLocaleString('en')} ms`;
}

/** A share as a percentage with one decimal. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
