import type { FaultName } from './faults.ts';
import type { PointName } from './points.ts';

/** Which release must answer when all has settled: the one before, the one being deployed, or another run's. */
export type Serves = 'old' | 'new' | 'other' | 'old or new';

/** One fault at one point, and what must be true then. */
export interface Cell {
  readonly fault: FaultName;
  readonly point: PointName;
  readonly serves: Serves;
  /** What the struck run may report: its outcome and, if it failed, the reason; `nothing` when it was killed. */
  readonly reports: readonly string[];
}

/** [point, what serves, what may be reported...] */
type Row = readonly [PointName, Serves, ...(readonly string[])];

const of = (fault: FaultName, rows: readonly Row[]): readonly Cell[] =>
  rows.map(([point, serves, ...reports]) => ({ fault, point, serves, reports }));

export const nameOf = ({ fault, point }: Pick<Cell, 'fault' | 'point'>): string => `${fault} | ${point}`;

/** The matrix. A killed runner's stage goes on to its own end, so a switch that has begun is finished. */
export const cells: readonly Cell[] = [
  ...of('runner killed', [
    ['acquire: after the lease is written', 'old', 'nothing'],
    ['upload: while the jar comes in', 'old', 'nothing'],
    ['upload: before the release has its name', 'old', 'nothing'],
    ['start: when the upload that it waits for has ended', 'old', 'nothing'],
    ["start: before the color's link", 'old', 'nothing'],
    ["start: after the unit's start", 'old', 'nothing'],
    // The switch that waits for it begins if the host has not heard of the runner's end by then.
    ['start: when the release is healthy', 'old or new', 'nothing'],
    ['switch: before the intent', 'new', 'nothing'],
    ['switch: after the intent', 'new', 'nothing'],
    ['switch: before the marker', 'new', 'nothing'],
    ['switch: after the marker', 'new', 'nothing'],
    ['switch: after the confirmation', 'new', 'nothing'],
    ['bake: before the verdict of the watch', 'new', 'nothing'],
    ["retire: before the runner's word", 'new', 'nothing'],
    ['retire: before the old color is stopped', 'new', 'nothing'],
    ['retire: before the old releases are removed', 'new', 'nothing'],
    ['rollback: when the release is chosen', 'old', 'nothing'],
    ['rollback, start: when the release is healthy', 'old', 'nothing'],
    ['instant rollback, switch: before the intent', 'new', 'nothing'],
    ['instant rollback, switch: after the marker', 'new', 'nothing'],
  ]),
  ...of('runner terminated', [
    ['acquire: after the lease is written', 'old', 'refused cancelled'],
    ['upload: before the release has its name', 'old', 'refused cancelled', 'failed cancelled'],
    ['start: when the upload that it waits for has ended', 'old', 'failed cancelled'],
    ["start: after the unit's start", 'old', 'failed cancelled'],
    ['start: when the release is healthy', 'old', 'failed cancelled'],
    ['switch: after the intent', 'new', 'failed cancelled'],
    ['switch: after the marker', 'new', 'failed cancelled'],
    ['bake: before the verdict of the watch', 'new', 'failed cancelled'],
    ['retire: before the old color is stopped', 'new', 'failed cancelled', 'deployed'],
    ['rollback, start: when the release is healthy', 'old', 'failed cancelled'],
    ['instant rollback, switch: before the marker', 'new', 'failed cancelled', 'rolled-back'],
  ]),
  ...of('runner paused while another deploys', [
    ['upload: before the release has its name', 'other', 'failed link-lost'],
    ['start: when the upload that it waits for has ended', 'other', 'failed link-lost'],
    ['start: when the release is healthy', 'other', 'failed link-lost'],
    ['switch: after the confirmation', 'other', 'deployed', 'failed link-lost'],
  ]),
  ...of('runner killed and another comes', [
    ['upload: while the jar comes in', 'other', 'nothing'],
    ["start: after the unit's start", 'other', 'nothing'],
    ['switch: after the intent', 'other', 'nothing'],
    ['switch: after the marker', 'other', 'nothing'],
    ['retire: before the old color is stopped', 'other', 'nothing'],
  ]),
  ...of('link cut', [
    ['upload: while the jar comes in', 'old', 'refused link-lost'],
    // The host hears of it after 20 s; until then it goes on with what it was told.
    ["start: after the unit's start", 'new', 'failed link-lost'],
    ['switch: after the intent', 'new', 'failed link-lost'],
    ['switch: after the marker', 'new', 'failed link-lost'],
    ['retire: before the old color is stopped', 'new', 'failed link-lost'],
    ['instant rollback, switch: after the marker', 'new', 'failed link-lost'],
  ]),
  ...of('link reset', [
    ['acquire: after the lease is written', 'old', 'refused link-lost'],
    ['inspect: after the look', 'new', 'deployed'],
    ['upload: while the jar comes in', 'new', 'deployed'],
    ['start: when the upload that it waits for has ended', 'new', 'deployed'],
    ["start: after the unit's start", 'new', 'deployed'],
    ['start: when the release is healthy', 'new', 'deployed'],
    ['switch: after the marker', 'new', 'deployed'],
    ['retire: before the old color is stopped', 'new', 'deployed'],
    ['rollback, switch: after the marker', 'new', 'rolled-back'],
    ['instant rollback, switch: after the marker', 'new', 'rolled-back'],
  ]),
  ...of('host crashed', [
    ['acquire: after the lease is written', 'old', 'refused link-lost'],
    ['upload: before the release has its name', 'old', 'refused link-lost'],
    ["start: after the color's link", 'old', 'failed link-lost'],
    ['start: when the release is healthy', 'old', 'failed link-lost'],
    ['switch: after the intent', 'old', 'failed link-lost'],
    ['switch: before the marker', 'old', 'failed link-lost'],
    ['switch: after the marker', 'old', 'failed link-lost'],
    ['switch: after the confirmation', 'new', 'failed link-lost'],
    ['retire: before the old color is stopped', 'new', 'failed link-lost'],
    ['retire: after the old color is stopped', 'new', 'failed link-lost'],
    ['rollback, start: when the release is healthy', 'old', 'failed link-lost'],
    ['instant rollback, switch: before the marker', 'old', 'failed link-lost'],
    ['instant rollback, switch: after the confirmation', 'new', 'failed link-lost'],
  ]),
  ...of('power cut', [
    ['upload: after the release has its name', 'old', 'refused link-lost'],
    ["start: before the color's link", 'old', 'failed link-lost'],
    ["start: after the color's link", 'old', 'failed link-lost'],
    ['switch: after the intent', 'old', 'failed link-lost'],
    ['switch: before the marker', 'old', 'failed link-lost'],
    ['switch: after the marker', 'old', 'failed link-lost'],
    ['switch: after the confirmation', 'new', 'failed link-lost'],
    ['bake: before the verdict of the watch', 'old', 'failed link-lost'],
    ["retire: before the runner's word", 'old', 'failed link-lost'],
    ["retire: after the runner's word", 'new', 'failed link-lost'],
    ['retire: after the old color is stopped', 'new', 'failed link-lost'],
    ['retire: before the old releases are removed', 'new', 'failed link-lost'],
    ['retire: after the old releases are removed', 'new', 'failed link-lost'],
    ['rollback, switch: after the marker', 'old', 'failed link-lost'],
    ['instant rollback, switch: after the marker', 'old', 'failed link-lost'],
    ['instant rollback, retire: before the old color is stopped', 'new', 'failed link-lost'],
  ]),
  // A stage that comes by starts nginx again; one that sees it gone in the middle of its proof takes the switch back.
  ...of('nginx killed', [
    ['inspect: before the look', 'new', 'deployed'],
    ['start: when the release is healthy', 'new', 'deployed'],
    ['switch: before the marker', 'old or new', 'deployed', 'reverted front-door-mismatch'],
    ['switch: after the marker', 'old or new', 'deployed', 'reverted front-door-mismatch'],
    ['retire: before the old color is stopped', 'old or new', 'deployed', 'reverted unhealthy'],
  ]),
  ...of('nginx config broken', [
    ['inspect: before the look', 'old', 'refused nginx-config-invalid'],
    ['start: when the release is healthy', 'old', 'failed nginx-config-invalid'],
    ['switch: before the marker', 'new', 'deployed'],
    ['switch: after the marker', 'new', 'deployed'],
    ['retire: before the old color is stopped', 'new', 'deployed'],
    ['instant rollback, switch: before the marker', 'new', 'rolled-back'],
  ]),
  ...of('disk filled', [
    ['acquire: before the lease is written', 'old', 'refused disk-full'],
    ['upload: after the part is made', 'old', 'refused disk-full'],
    ["start: before the color's link", 'old', 'failed disk-full'],
    ['switch: before the intent', 'old', 'failed disk-full'],
    ['switch: before the marker', 'old', 'reverted disk-full'],
    ['switch: after the marker', 'old', 'reverted disk-full'],
    ['retire: before the old color is drained', 'new', 'deployed', 'failed disk-full'],
    ['instant rollback, switch: before the marker', 'old', 'reverted disk-full'],
  ]),
  ...of('new color out of memory', [
    ["start: after the unit's start", 'old', 'failed start-failed'],
    ['start: when the release is healthy', 'old or new', 'failed unhealthy', 'deployed'],
    ['switch: before the look at the candidate', 'old', 'failed unhealthy'],
    ['switch: before the marker', 'old or new', 'reverted front-door-mismatch', 'deployed'],
    ['switch: after the marker', 'old or new', 'reverted front-door-mismatch', 'deployed'],
    ['retire: before the old color is drained', 'old or new', 'reverted unhealthy', 'deployed'],
    ['retire: before the old color is stopped', 'old or new', 'reverted unhealthy', 'deployed'],
  ]),
  ...of('app hangs at its stop', [
    ['switch: after the marker', 'new', 'deployed'],
    ['retire: before the old color is stopped', 'new', 'deployed'],
  ]),
  ...of('clock an hour ahead', [
    ['inspect: before the look', 'new', 'deployed'],
    ['upload: before the part is made', 'new', 'deployed'],
    ['switch: before the intent', 'new', 'deployed'],
    ['switch: after the marker', 'new', 'deployed'],
    ['bake: before the verdict of the watch', 'new', 'deployed'],
  ]),
  ...of('clock an hour behind', [
    ["start: after the unit's start", 'new', 'deployed'],
    ['switch: after the intent', 'new', 'deployed'],
    ['switch: after the marker', 'new', 'deployed'],
    ['retire: before the old color is drained', 'new', 'deployed'],
  ]),
  ...of('second deploy', [
    ['acquire: before the lease is written', 'new', 'deployed'],
    ['acquire: after the lease is written', 'other', 'deployed'],
    ['upload: while the jar comes in', 'other', 'deployed'],
    ["start: after the unit's start", 'other', 'deployed'],
    ['start: when the release is healthy', 'other', 'deployed'],
    ['switch: after the marker', 'other', 'deployed'],
    ['retire: before the old color is stopped', 'other', 'deployed'],
    ['instant rollback, switch: after the marker', 'other', 'rolled-back'],
  ]),
];
