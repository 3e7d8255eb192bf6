import { median } from '../statistics.ts';
import type { Seen } from './measure-deploy.ts';
import { WAYS, type WayName } from './way.ts';

/** The round trips in ms that are compared. */
export const ROUND_TRIPS = [0, 60, 180] as const;

export type RoundTrip = (typeof ROUND_TRIPS)[number];

/** One deploy of a run: which way, how far, in which round. */
export interface Deployed extends Seen {
  readonly way: WayName;
  readonly rttMs: RoundTrip;
  readonly round: number;
}

/** A way at one distance: the medians of its rounds; requests and failures are of all of them together. */
export interface Cell extends Seen {
  readonly way: WayName;
  readonly rttMs: RoundTrip;
  /** Until the new version serves, beyond the app's own start. */
  readonly beyondMs: number;
  /** That as a multiple of the action's in the same round. */
  readonly ratio: number;
}

/** How many times longer the other ways must take at least, beyond the app's own start. */
const BOUNDS: readonly { readonly rttMs: RoundTrip; readonly way: WayName; readonly ratio: number }[] = [
  { rttMs: 180, way: 'ansible', ratio: 10 },
  { rttMs: 180, way: 'scp', ratio: 7 },
  { rttMs: 0, way: 'ansible', ratio: 4 },
  { rttMs: 0, way: 'scp', ratio: 4 },
];

export const NAMES: Readonly<Record<WayName, string>> = {
  action: 'this action',
  rsync: "rsync and the tutorial's script",
  scp: "scp and the tutorial's script",
  ansible: 'Ansible',
};

const beyond = ({ servingMs, startMs }: Seen): number => servingMs - startMs;

/** All cells, by distance and then in the order of the ways. */
export function summarize(deploys: readonly Deployed[]): readonly Cell[] {
  return ROUND_TRIPS.flatMap(rttMs => WAYS.map(way => summarizeCell(deploys, rttMs, way)));
}

function summarizeCell(deploys: readonly Deployed[], rttMs: RoundTrip, way: WayName): Cell {
  const there = deploys.filter(one => one.rttMs === rttMs);
  const own = there.filter(one => one.way === way);
  const middle = (pick: (one: Deployed) => number): number => median(own.map(pick));
  const total = (pick: (one: Deployed) => number): number => own.reduce((sum, one) => sum + pick(one), 0);
  const ratios = own.flatMap(one =>
    there
      .filter(other => other.way === 'action' && other.round === one.round)
      .map(other => beyond(one) / beyond(other)),
  );
  return {
    way,
    rttMs,
    totalMs: middle(one => one.totalMs),
    servingMs: middle(one => one.servingMs),
    startMs: middle(one => one.startMs),
    beyondMs: middle(beyond),
    ratio: median(ratios),
    sent: middle(one => one.sent),
    received: middle(one => one.received),
    turns: middle(one => one.turns),
    requests: total(one => one.requests),
    failed: total(one => one.failed),
  };
}

/** The cell of a way at a distance. */
export function cellOf(cells: readonly Cell[], rttMs: RoundTrip, way: WayName): Cell {
  const cell = cells.find(one => one.rttMs === rttMs && one.way === way);
  if (cell === undefined) throw new Error(`nothing was measured of ${way} at ${rttMs} ms`);
  return cell;
}

/** Every bound as a sentence, and whether it was kept. */
export function checkBounds(
  cells: readonly Cell[],
): readonly { readonly sentence: string; readonly isKept: boolean }[] {
  const action = cells.filter(one => one.way === 'action');
  const failed = action.reduce((sum, one) => sum + one.failed, 0);
  return [
    ...BOUNDS.map(({ rttMs, way, ratio }) => {
      const found = cellOf(cells, rttMs, way).ratio;
      return {
        sentence: `at ${rttMs} ms ${NAMES[way]} takes ${found.toFixed(1)} times as long as the action beyond the app's own start (bound ${ratio})`,
        isKept: found >= ratio,
      };
    }),
    { sentence: `${failed} requests failed during the action's deploys (bound 0)`, isKept: failed === 0 },
  ];
}
