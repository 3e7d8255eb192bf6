import type { HostStatus } from './host-status.ts';
import { fold, list } from './markdown.ts';
import { colorTable, historyTable, hostTable, type Table } from './status-facts.ts';
import { inMarkdown } from './voice.ts';

/** How a host is, in Markdown: what is amiss, both colors, the host, the last runs. */
export function statusMarkdown(status: HostStatus): string {
  const history = historyTable(status, inMarkdown);
  const parts = [
    status.drift.length === 0 ? '' : `**Drift**\n\n${list(status.drift)}`,
    status.missing.length === 0 ? '' : `**Not looked at**\n\n${list(status.missing)}`,
    table(colorTable(status, inMarkdown)),
    table(hostTable(status, inMarkdown)),
    history.rows.length === 0 ? '' : fold(`The last ${history.rows.length} runs`, table(history)),
  ];
  return parts.filter(Boolean).join('\n\n');
}

function table({ head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => ':--')), ...rows.map(line)].join('\n');
}
