/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return (upper + lower) / 2;
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
