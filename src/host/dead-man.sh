# The dead man's switch. A timer is armed before the traffic moves; if nobody has confirmed the switch when it
# fires, the host takes it back. Timers do not outlive a reboot: at boot the guard reads the journal.

# arm_deadline MILLISECONDS: an earlier switch's may still be waiting for this stage to end, and would hold the name.
arm_deadline() {
    if [ -e "/run/systemd/transient/$unit-deadline.timer" ] || [ -e "/run/systemd/transient/$unit-deadline.service" ]; then
        systemctl stop "$unit-deadline.timer" "$unit-deadline.service" </dev/null >/dev/null 2>&1 || :
    fi
    run_detached "$unit-deadline" deadline --on-active="$1ms" --timer-property=AccuracySec=100ms \
        --property=Restart=on-failure --property=RestartSec=3s
}

disarm_deadline() {
    systemctl stop "$unit-deadline.timer" </dev/null >/dev/null 2>&1 || :
}

# run_detached UNIT STAGE [OPTION...]: this program's stage as a unit of its own, which no session's end touches; 1 when
# systemd could not start it, or its timer.
run_detached() {
    detached_unit=$1 detached_stage=$2
    shift 2
    systemd-run --quiet --collect --unit="$detached_unit" "$@" \
        "$0" "$detached_stage" "app=$app" "release=$release" </dev/null >"$scratch/detached" 2>&1 || {
        tell_lines log <"$scratch/detached"
        return 1
    }
}

# guard_text: the unit that reads the journal at boot, before nginx and the app's colors start.
guard_text() {
    cat <<UNIT
# $mark
[Unit]
Description=$app: takes back a switch that nobody confirmed, at boot, before nginx
Before=nginx.service $unit@blue.service $unit@green.service
RequiresMountsFor=$home

[Service]
Type=oneshot
ExecStart=$0 guard app=$app
RemainAfterExit=yes
TimeoutStartSec=60s

[Install]
WantedBy=multi-user.target
UNIT
}

# install_guard: written where it differs, and enabled. It names this program's own version.
install_guard() {
    need_ours "$guard_file"
    if ! guard_text | cmp -s - "$guard_file"; then
        guard_text | put_own "$guard_file" 0644 || cannot_write "$guard_file"
        systemctl daemon-reload </dev/null
        rm -f "$guarded"
    fi
    is_enabled "$unit-guard.service" || systemctl enable "$unit-guard.service" </dev/null >/dev/null 2>&1 ||
        fail host-error "The unit $unit-guard could not be enabled." "Look at 'systemctl enable $unit-guard' on the host."
    [ -e "$guarded" ] || sync /etc/systemd/system/multi-user.target.wants
    await_guard
}

# await_guard: after a boot a run may come before the guard has looked at the journal. It looks once a boot: whoever
# holds the stage lock waits for it, and the first one says that it has.
await_guard() {
    if [ ! -e "$guard_file" ] || [ -e "$guarded" ]; then return 0; fi
    if systemctl start "$unit-guard.service" </dev/null >/dev/null 2>&1; then true 2>/dev/null >"$guarded" || :; fi
}
