/** What one part of the benchmark found. `missed` names every bound that was not kept. */
export interface Section {
  readonly title: string;
  /** Plain sentences: what was done, and what the numbers mean. */
  readonly method: string;
  readonly meaning: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly missed: readonly string[];
}

/** One section as Markdown: heading, method, table, meaning, missed bounds. */
export function writeSection({ title, method, meaning, columns, rows, missed }: Section): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map(cell => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)).join(' | ')} |`;
  const rule = `|${columns.map((_, index) => (index === 0 ? ' --- ' : ' ---: ')).join('|')}|`;
  const table = [line(columns), rule, ...rows.map(line)].join('\n');
  const complaints = missed.map(one => `**Missed:** ${one}.`);
  return [`## ${title}`, method, table, meaning, ...complaints].join('\n\n');
}

/** The whole page. */
export function writePage(facts: string, sections: readonly Section[]): string {
  return `${['# Benchmarks', facts, ...sections.map(writeSection)].join('\n\n')}\n`;
}
