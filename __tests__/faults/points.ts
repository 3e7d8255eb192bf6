import type { HostStage } from '../../src/host/stage.ts';
import type { Inputs } from '../system/target.ts';

/** A place inside the host program: before or after one line of a file in src/host, which is there exactly once. */
export interface Point {
  readonly stage: HostStage;
  readonly file: string;
  readonly at: 'before' | 'after';
  /** The whole line, without its indentation. */
  readonly line: string;
  /** What the deploy must be told so that it comes by; `{door}` is the host's address. */
  readonly inputs?: Inputs;
  /** A rollback in place of a deploy: `cold` starts the release, `instant` finds it still up. */
  readonly rollback?: 'cold' | 'instant';
}

const acquire = { stage: 'acquire', file: 'stages/acquire.sh' } as const;
const inspect = { stage: 'inspect', file: 'stages/inspect.sh' } as const;
const upload = { stage: 'upload', file: 'stages/upload.sh' } as const;
const start = { stage: 'start', file: 'stages/start.sh' } as const;
const turn = { stage: 'switch', file: 'stages/switch.sh' } as const;
const watch = { stage: 'bake', file: 'alone/watch.sh', inputs: { 'bake-time': '2s' } } as const;
const retire = { stage: 'retire', file: 'stages/retire.sh' } as const;
const byRunner = { 'verify-url': 'http://{door}/version' } as const;
const flip = 'if [ "$switch_mode" = instant ]; then switch_by_marker; else switch_by_reload; fi';
const confirm =
  'settle_switch || take_back disk-full "The journal could not be written." "Free some space on the host and run again."';

/** Before and after each stage's change, in the order of a deploy. */
export const points = {
  'acquire: before the lease is written': { ...acquire, at: 'before', line: 'exec 9>>"$lock"' },
  'acquire: after the lease is written': { ...acquire, at: 'before', line: 'tell lease held' },
  'inspect: before the look': { ...inspect, at: 'after', line: 'begin_change' },
  'inspect: after the look': { ...inspect, at: 'after', line: 'inspect_ownership' },
  'upload: before the part is made': { ...upload, at: 'before', line: 'part=$releases/$release.part' },
  'upload: after the part is made': {
    ...upload,
    at: 'after',
    line: 'install -d -m 0750 -o "$app_user" -g "$app_user" "$part/work" || cannot_write "$part"',
  },
  'upload: while the jar comes in': { ...upload, file: 'blocks.sh', at: 'after', line: 'block_status=0' },
  'upload: before the release has its name': {
    ...upload,
    at: 'after',
    line: 'sync "$part/env" "$part/launch.conf" "$part/release.json" "$part/pieces" "$part/app.jar" "$part/work" "$part"',
  },
  'upload: after the release has its name': { ...upload, at: 'before', line: 'sync "$releases"' },
  'start: when the upload that it waits for has ended': {
    ...start,
    file: 'calls.sh',
    at: 'before',
    line: '[ "$(cat "$call_before/status" 2>/dev/null)" = 0 ] || refuse_to_begin',
  },
  "start: before the unit's files": { ...start, at: 'before', line: 'install_unit' },
  "start: before the color's link": {
    ...start,
    at: 'after',
    line: ': | put_file "$measuring" 0644 || cannot_write "$measuring"',
  },
  "start: after the color's link": { ...start, at: 'before', line: 'start_began=$(uptime_ms)' },
  "start: after the unit's start": {
    ...start,
    at: 'before',
    line: 'wait_until_healthy',
  },
  'start: when the release is healthy': {
    ...start,
    at: 'after',
    line: 'tell healthy-after "$healthy_after"',
  },
  'switch: before the look at the candidate': { ...turn, at: 'before', line: 'check_candidate' },
  'switch: before the intent': { ...turn, at: 'after', line: 'keep_before || cannot_write "$before"' },
  'switch: after the intent': { ...turn, at: 'before', line: 'reloads=0 resets_before=0' },
  'switch: before the new color is enabled': {
    ...turn,
    at: 'after',
    line: 'tell switched-at "$switched_at"',
  },
  'switch: before the marker': { ...turn, at: 'before', line: flip },
  'switch: after the marker': { ...turn, at: 'after', line: flip },
  'switch: before the confirmation': { ...turn, at: 'before', line: confirm },
  'switch: after the confirmation': { ...turn, at: 'after', line: confirm },
  'bake: before the verdict of the watch': { ...watch, at: 'before', line: 'end_bake_well' },
  'bake: after the verdict of the watch': {
    ...watch,
    at: 'before',
    line: 'say "$release did well: confirmed"',
  },
  "retire: before the runner's word": {
    ...retire,
    at: 'before',
    line: 'confirm_for_runner',
    inputs: byRunner,
  },
  "retire: after the runner's word": { ...retire, at: 'after', line: 'confirm_for_runner', inputs: byRunner },
  'retire: before the old color is drained': {
    ...retire,
    at: 'before',
    line: 'drain_color "$old" "$drain_timeout"',
  },
  'retire: before the old color is stopped': {
    ...retire,
    at: 'before',
    line: 'holds_up "$color" || go_back',
  },
  'retire: after the old color is stopped': {
    ...retire,
    at: 'before',
    line: 'count_cut "$old" "$drain_open" "$stop_began"',
  },
  'retire: before the old releases are removed': { ...retire, at: 'before', line: 'prune_releases' },
  'retire: after the old releases are removed': { ...retire, at: 'after', line: 'prune_releases' },
  'rollback: when the release is chosen': {
    stage: 'rollback',
    file: 'stages/rollback.sh',
    at: 'after',
    line: 'if is_still_running; then flip; else inspect_start; fi',
    rollback: 'cold',
  },
  'rollback, start: when the release is healthy': {
    ...start,
    at: 'after',
    line: 'tell healthy-after "$healthy_after"',
    rollback: 'cold',
  },
  'rollback, switch: after the marker': { ...turn, at: 'after', line: flip, rollback: 'cold' },
  'instant rollback, switch: before the intent': {
    ...turn,
    at: 'after',
    line: 'keep_before || cannot_write "$before"',
    rollback: 'instant',
  },
  'instant rollback, switch: before the marker': { ...turn, at: 'before', line: flip, rollback: 'instant' },
  'instant rollback, switch: after the marker': { ...turn, at: 'after', line: flip, rollback: 'instant' },
  'instant rollback, switch: after the confirmation': {
    ...turn,
    at: 'after',
    line: confirm,
    rollback: 'instant',
  },
  'instant rollback, retire: before the old color is stopped': {
    ...retire,
    at: 'before',
    line: 'holds_up "$color" || go_back',
    rollback: 'instant',
  },
} as const satisfies Readonly<Record<string, Point>>;

export type PointName = keyof typeof points;
