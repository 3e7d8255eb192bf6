import type { HostOptions } from '../sandbox/host.ts';

/** What one part of the benchmark found. `missed` names every bound that was not kept. */
export interface Section {
  readonly title: string;
  /** Plain sentences: what was done, and what the numbers mean. */
  readonly method: string;
  readonly meaning: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly missed: readonly string[];
  /** A picture to stand before the table, as HTML of a page in docs. */
  readonly picture?: string;
  /** What else is to be written with the section, by its path in the repository. */
  readonly files?: ReadonlyMap<string, string>;
  /** The Debian release of the host, where it is not the sandbox's usual one. */
  readonly hostRelease?: HostOptions['release'];
}

/** How a section was made: the command that makes it again, the day (2026-11-23) and the machine. */
export interface Made {
  readonly command: string;
  readonly date: string;
  readonly machine: string;
}

/** One section as Markdown: heading, method, table, meaning, missed bounds, how it was made. */
export function writeSection(
  { title, method, meaning, picture, columns, rows, missed }: Section,
  { command, date, machine }: Made,
): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map(cell => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)).join(' | ')} |`;
  const rule = `|${columns.map((_, index) => (index === 0 ? ' --- ' : ' ---: ')).join('|')}|`;
  const table = [line(columns), rule, ...rows.map(line)].join('\n');
  const complaints = missed.map(one => `**Missed:** ${one}.`);
  const made = `Measured on ${date} by \`${command}\`: ${machine}.`;
  return `${[`## ${title}`, method, ...(picture === undefined ? [] : [picture]), table, meaning, ...complaints, made].join('\n\n')}\n`;
}
