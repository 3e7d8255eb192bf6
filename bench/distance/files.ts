import { readFileSync } from 'node:fs';
import { putRows } from '../page.ts';
import { drawChart, type Look } from './chart.ts';
import { type Cell, cellOf, type Deployed, ROUND_TRIPS, summarize } from './results.ts';
import { WAYS } from './way.ts';

/** Where the last run's deploys are kept. */
export const RESULTS = 'bench/distance/measured.json';

const LOOKS = ['light', 'dark', 'narrow'] as const satisfies readonly Look[];
const tree = new URL('../../', import.meta.url);

/** The text of every file that shows the comparison, by its path: the results, the pictures, the READMEs. */
export function writeFarFiles(deploys: readonly Deployed[]): ReadonlyMap<string, string> {
  return new Map([[RESULTS, `${JSON.stringify(deploys, null, 2)}\n`], ...showDeploys(deploys)]);
}

/** The pictures, and the READMEs with the table of these deploys. */
export function showDeploys(deploys: readonly Deployed[]): ReadonlyMap<string, string> {
  const cells = summarize(deploys);
  return new Map([
    ...LOOKS.map(look => [`docs/pictures/distance-${look}.svg`, drawChart(cells, look)] as const),
    ...['README.md', 'README.ko.md'].map(
      path => [path, putRows(readFileSync(new URL(path, tree), 'utf8'), 'far', tableRows(cells))] as const,
    ),
  ]);
}

/** A row for each distance: how long each way takes beyond the app's own start, and against the action. */
const tableRows = (cells: readonly Cell[]): readonly (readonly string[])[] =>
  ROUND_TRIPS.map(rttMs => [
    `${rttMs} ms`,
    ...WAYS.map(way => {
      const { beyondMs, ratio } = cellOf(cells, rttMs, way);
      return `${(beyondMs / 1000).toFixed(1)} s${way === 'action' ? '' : ` (${ratio.toFixed(1)} ×)`}`;
    }),
  ]);
