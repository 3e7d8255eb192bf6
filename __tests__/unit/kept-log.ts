import type { Log } from '../../src/report/log.ts';

/** A log that keeps its lines, each with the way it was told. */
export function keepLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    log: {
      info: line => lines.push(`info ${line}`),
      foreign: line => lines.push(`foreign ${line}`),
      warning: (title, message) => lines.push(`warning ${title}: ${message}`),
      error: (title, message) => lines.push(`error ${title}: ${message}`),
      debug: line => lines.push(`debug ${line}`),
      startGroup: title => lines.push(`group ${title}`),
      endGroup: () => lines.push('end'),
    },
  };
}
