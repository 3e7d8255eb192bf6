import type { FaultName } from './faults.ts';
import type { Replacement } from './instrument.ts';
import type { PointName } from './points.ts';

/**
 * An fsync or a guard that is taken out of the host program, and the cell that must turn red. Those that a second one
 * stands behind (the stage lock, a stage's look at its token, the proof at the front door) turn no cell red: the model
 * of the protocol has them.
 */
export interface Mutation extends Replacement {
  readonly name: string;
  readonly fault: FaultName;
  readonly point: PointName;
}

export const mutations: readonly Mutation[] = [
  {
    name: "a file is not fsynced before it takes its target's name",
    file: 'durable.sh',
    find: 'sync "$put_temporary" && mv -fT "$put_temporary" "$1"',
    put: 'mv -fT "$put_temporary" "$1"',
    fault: 'power cut',
    point: 'switch: after the marker',
  },
  {
    name: "a file's folder is not fsynced after the file took its name",
    file: 'durable.sh',
    find: 'mv -fT "$put_temporary" "$1" && sync',
    put: 'mv -fT "$put_temporary" "$1" && :',
    fault: 'power cut',
    point: 'switch: after the confirmation',
  },
  {
    name: 'the copies of what was there before are not fsynced',
    file: 'journal.sh',
    find: 'find "$before" -exec sync {} +',
    put: ':',
    fault: 'power cut',
    point: 'switch: after the marker',
  },
  {
    name: 'a release is not fsynced',
    file: 'stages/upload.sh',
    find: 'sync "$part/env" "$part/launch.conf" "$part/release.json" "$part/pieces" "$part/app.jar" "$part/work" "$part"',
    put: ':',
    fault: 'power cut',
    point: 'switch: after the confirmation',
  },
  {
    name: 'the guard at boot does not put back what was before',
    file: 'alone/guard.sh',
    find: '    restore_before\n',
    put: '',
    fault: 'host crashed',
    point: 'switch: after the marker',
  },
  {
    name: 'what the switch replaces is not kept',
    file: 'stages/switch.sh',
    find: 'keep_before || cannot_write "$before"',
    put: 'rm -rf "$before"',
    fault: 'host crashed',
    point: 'switch: after the marker',
  },
  {
    name: 'the new color is not enabled before the traffic moves',
    file: 'stages/switch.sh',
    find: 'enable_color "$color" || take_back',
    put: ': || take_back',
    fault: 'host crashed',
    point: 'retire: after the old color is stopped',
  },
  {
    name: 'no look at the candidate before the switch',
    file: 'stages/switch.sh',
    find: '    check_candidate\n',
    put: '',
    fault: 'new color out of memory',
    point: 'switch: before the look at the candidate',
  },
  {
    name: 'no last look before the old color is stopped',
    file: 'stages/retire.sh',
    find: 'holds_up "$color" || go_back',
    put: ':',
    fault: 'new color out of memory',
    point: 'retire: before the old color is stopped',
  },
  {
    name: 'a silent session keeps its lock',
    file: 'stages/acquire.sh',
    find: 'timeout 20 sh -c',
    put: 'sh -c',
    fault: 'runner paused while another deploys',
    point: 'upload: before the release has its name',
  },
  {
    name: 'a candidate is left running when its run is gone',
    file: 'run-end.sh',
    find: `    stop_left_candidate "since its run is gone"\n`,
    put: '',
    fault: 'runner killed',
    point: 'start: when the release is healthy',
  },
];
