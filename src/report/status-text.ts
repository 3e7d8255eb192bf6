import type { HostStatus } from './host-status.ts';
import { colorTable, historyTable, hostTable, type Table } from './status-facts.ts';
import { inPlainText } from './voice.ts';

/** How a host is, in lines for a log that has one width for each letter. */
export function statusLines(status: HostStatus): readonly string[] {
  const history = historyTable(status, inPlainText);
  return [
    ...lines(colorTable(status, inPlainText)),
    '',
    ...lines(hostTable(status, inPlainText)),
    ...(history.rows.length === 0 ? [] : ['', ...lines(history)]),
    ...[...status.drift, ...status.missing].map(sentence => `! ${sentence}`),
  ];
}

function lines({ head, rows }: Table): readonly string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map(row => widthOf(row[column] ?? ''))));
  return all.map(row =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd(),
  );
}

/** An emoji is as wide as two letters. */
const widthOf = (text: string): number =>
  [...text].reduce((width, letter) => width + (/\p{Emoji_Presentation}/u.test(letter) ? 2 : 1), 0);
