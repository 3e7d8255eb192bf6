/** 950 as `950 ms`, 12300 as `12.3 s`. */
export const formatMs = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

/** The same with a decimal below 10 ms: 2.1 as `2.1 ms`. */
export const formatLatency = (ms: number): string => (ms < 9.95 ? `${ms.toFixed(1)} ms` : formatMs(ms));

/** 1536 as `1.5 KiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}

/** 2026-11-22T21:45:00Z as `2026-11-22 21:45 UTC`; other text as it is. */
export const formatTime = (at: string): string =>
  at.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d(\.\d+)?)?Z$/, '$1 $2 UTC');
