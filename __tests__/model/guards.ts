import { frontDoor, oneAtATime } from './invariants.ts';
import { settles } from './settle.ts';
import type { GuardName, World } from './world.ts';
import { worldOf } from './worlds.ts';

/** A guard of the protocol: where it stands in the scripts, and what breaks in which world when it is taken out. */
export interface Guard {
  readonly name: GuardName;
  readonly file: string;
  readonly text: string;
  readonly world: World;
  readonly breaks: string;
  /** A second guard against the same, without which alone nothing breaks either. */
  readonly beside?: GuardName;
}

const instant = { mode: 'instant' } as const;
const reload = { mode: 'reload' } as const;
const bake = { mode: 'instant', bake: true } as const;
const crash = { any: 1, crash: 1 };
const kill = { any: 1, kill: 1 };
const cut = { any: 1, cut: 1 };
const app = { any: 1, app: 1 };

export const guards: readonly Guard[] = [
  {
    name: 'stage lock',
    file: 'lease.sh',
    text: '    flock "$@" 8 || return 1\n',
    world: worldOf(instant, {}, 2),
    breaks: oneAtATime,
  },
  {
    name: 'token check',
    file: 'lease.sh',
    text: 'holds_lease || fail link-lost',
    world: worldOf(instant, {}, 2),
    breaks: oneAtATime,
  },
  {
    name: 'what a killed stage left is synced',
    file: 'lease.sh',
    text: '/etc/systemd/system/multi-user.target.wants 2>/dev/null || :',
    world: worldOf(bake, { any: 2, kill: 1, crash: 1 }),
    breaks: frontDoor,
  },
  {
    name: 'stages wait for the guard',
    file: 'lease.sh',
    text: '    await_guard\n',
    world: worldOf(instant, crash),
    breaks: oneAtATime,
  },
  {
    name: 'lease expiry',
    file: 'stages/acquire.sh',
    text: 'timeout 20 sh -c "IFS= read -r beat',
    world: worldOf(instant, cut),
    breaks: settles,
  },
  {
    name: 'end of a run that is gone',
    file: 'stages/acquire.sh',
    text: '|| is_gone_for_good; then end_run; fi',
    world: worldOf(instant),
    breaks: settles,
  },
  {
    name: 'no resume after a reboot',
    file: 'stages/acquire.sh',
    text: '[ ! -d "$calls" ]; then refuse_resume; fi',
    world: worldOf(instant, { any: 2, crash: 1, kill: 1 }),
    breaks: frontDoor,
    beside: 'a switch is made once',
  },
  {
    name: 'a switch is made once',
    file: 'stages/switch.sh',
    text: '[ "$from" != "$color" ] || fail host-error',
    world: worldOf(instant, { any: 2, crash: 1, kill: 1 }),
    breaks: frontDoor,
    beside: 'no resume after a reboot',
  },
  {
    name: 'candidate record',
    file: 'stages/start.sh',
    text: 'note_candidate || cannot_write "$candidate"',
    world: worldOf(instant),
    breaks: settles,
  },
  {
    name: 'repair',
    file: 'stages/inspect.sh',
    text: '    repair "was not confirmed by the run that switched to it"\n    stop_left_candidate',
    world: worldOf(bake, {}, 2),
    breaks: frontDoor,
  },
  {
    name: 'journal before the change',
    file: 'stages/switch.sh',
    text: 'open_journal "$from" "$color" ||',
    world: worldOf(instant, crash),
    breaks: settles,
  },
  {
    name: 'fsync of the journal',
    file: 'journal.sh',
    text: `"$release" "$switched_at" | put_file "$journal" 0600`,
    world: worldOf(instant, crash),
    breaks: settles,
  },
  {
    name: 'fsync of the marker',
    file: 'take-back.sh',
    text: '[ -e "$marker" ] || : | put_file "$marker" 0644',
    world: worldOf(instant, crash),
    breaks: settles,
  },
  {
    name: 'keep_before',
    file: 'stages/switch.sh',
    text: 'keep_before || cannot_write "$before"',
    world: worldOf(reload, kill),
    breaks: frontDoor,
  },
  {
    name: 'check_candidate',
    file: 'stages/switch.sh',
    text: '\n    check_candidate\n',
    world: worldOf(instant, app),
    breaks: frontDoor,
  },
  {
    name: 'enable before the flip',
    file: 'stages/switch.sh',
    text: 'enable_color "$color" || take_back host-error',
    world: worldOf(instant, crash),
    breaks: frontDoor,
  },
  {
    name: 'old color disabled only after the confirm',
    file: 'stages/retire.sh',
    text: 'fail host-error "$color is not the color that was switched to last. Nothing was stopped."',
    world: worldOf(instant, crash),
    breaks: frontDoor,
  },
  {
    name: 'proof at the front door',
    file: 'stages/switch.sh',
    text: 'verify_front_door "$color" "$(enough_knocks "$reloads")" || take_back_unproven',
    world: worldOf(reload, { any: 1, reload: 1 }),
    breaks: settles,
  },
  {
    name: 'deadline timer',
    file: 'stages/switch.sh',
    text: 'arm_deadline "$((60000 + bake_time + $(patience_for_runner)))" ||',
    world: worldOf({ mode: 'instant', by: 'runner' }),
    breaks: settles,
  },
  {
    name: 'deadline before the journal',
    file: 'stages/switch.sh',
    text: 'stop_failed_start\n        fail host-error "The timer that takes back an unconfirmed switch could not be armed. $release was stopped',
    world: worldOf(instant, kill),
    breaks: settles,
  },
  {
    name: 'guard at boot',
    file: 'dead-man.sh',
    text: 'Before=nginx.service $unit@blue.service $unit@green.service',
    world: worldOf(instant, crash),
    breaks: settles,
  },
  {
    name: 'can_serve',
    file: 'take-back.sh',
    text: 'if ! can_serve "$back_to"; then',
    world: worldOf(bake, app),
    breaks: frontDoor,
  },
  {
    name: 'health of the release before',
    file: 'take-back.sh',
    text: 'elif ! is_healthy "$1" && is_healthy "$(other_color "$1")"; then',
    world: worldOf(bake, app),
    breaks: frontDoor,
  },
  {
    name: 'intent before going back',
    file: 'take-back.sh',
    text: '    turn_journal open || :\n',
    world: worldOf({ mode: 'instant', by: 'runner' }, kill),
    breaks: settles,
  },
  {
    name: 'deadline for going back',
    file: 'stages/retire.sh',
    text: '    arm_deadline 60000 || :\n    if take_traffic_back',
    world: worldOf(instant, { any: 2, kill: 1, app: 1 }),
    breaks: settles,
  },
  {
    name: 'reload of what nginx has not read',
    file: 'take-back.sh',
    text: '|| has_read_others; }',
    world: worldOf({ mode: 'reload', bake: true }, kill),
    breaks: settles,
  },
  {
    name: 'holds_up',
    file: 'stages/retire.sh',
    text: 'holds_up "$color" || go_back',
    world: worldOf(instant, app),
    breaks: frontDoor,
  },
  {
    name: 'holds_up after the bake',
    file: 'alone/watch.sh',
    text: 'if holds_up "$color"; then',
    world: worldOf(bake, app),
    breaks: frontDoor,
  },
];
