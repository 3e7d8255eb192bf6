# watch: the bake itself, in a unit of its own that was started before the switch, so that it needs no runner.
# Takes app, release; the rest is in the settings of the switch. Takes the traffic back when the new release does
# worse than it may, else confirms it at the end of bake-time (or leaves that to the runner).
stage_watch() {
    load_settings
    await_switch || return 0
    read_nginx_config || :
    find_front_door
    watched_pid=$(unit_property "$color" MainPID)
    note_start "$color"
    unhealthy_in_a_row=0 probe_seconds=$(usual_patience "$color")
    measure_old "$(other_color "$color")"
    bake_until=$(journal_fact bake-until)
    while is_baking; do
        revive_nginx
        measure_new "$color"
        if probe "$color"; then unhealthy_in_a_row=0; else unhealthy_in_a_row=$((unhealthy_in_a_row + 1)); fi
        find_fault "$color"
        is_own_fault=yes
        [ "$(live_color)" = "$color" ] || fault="its traffic was moved away by other hands" is_own_fault=''
        write_bake_report
        if [ -n "$fault" ]; then
            end_bake_badly
            return 0
        elif [ "$(uptime_ms)" -ge "$bake_until" ]; then
            end_bake_well
            return 0
        fi
        sleep 0.3
    done
}

# usual_patience COLOR: seconds that a probe may take during the bake: one more than three times what it takes now,
# 5 at most, so that a health page that hangs does not hold the watch up, and one that is always slow is not blamed.
usual_patience() {
    probe_began=$(uptime_ms)
    probe "$1" || :
    patience=$((1 + ($(uptime_ms) - probe_began) * 3 / 1000))
    echo "$((patience < 5 ? patience : 5))"
}

# await_switch: whether the switch of this release gets as far as baking, within 60 s. The journal is read once a
# turn: between two looks it may go on.
await_switch() {
    await_until=$(($(uptime_ms) + 60000))
    while [ "$(uptime_ms)" -lt "$await_until" ]; do
        case "$(journal_fact state) $(journal_fact release)" in
            "baking $release") return 0 ;;
            "open $release") sleep 0.1 ;;
            *) return 1 ;;
        esac
    done
    return 1
}

is_baking() {
    [ "$(journal_fact state) $(journal_fact release)" = "baking $release" ]
}

# end_bake_badly: the traffic goes back at once; then the app's last words are kept and it is stopped.
end_bake_badly() {
    take_stage_lock
    is_baking || return 0
    say "$release did worse than it may: $fault"
    take_traffic_back "$release did worse than it may: $fault" || :
    is_unconfirmed || disarm_deadline
    [ -z "$is_own_fault" ] || mark_bad "$fault"
    tell_evidence "$color" >>"$bake_report"
    leave_color "$color"
    end_measuring_alone
}

# end_bake_well: confirmed, unless that is the runner's to say; the old color is retired here only if no run is
# there any more to do it, in less time than the next run waits for this stage.
end_bake_well() {
    take_stage_lock
    is_baking || return 0
    if [ "$(live_color)" != "$color" ]; then
        turn_journal restored "the traffic of $release was moved away by other hands" || :
        disarm_deadline
        end_measuring_alone
    elif [ "$confirmed_by" = runner ]; then
        turn_journal baked
    else
        confirm_switch
        say "$release did well: confirmed"
        if is_alone; then
            drain_color "$(other_color "$color")" "$((drain_timeout < 240000 ? drain_timeout : 240000))"
            retire_alone
        fi
        end_measuring_alone
    fi
}

# retire_alone: the last look before the old color is stopped, as the stage retire has it.
retire_alone() {
    if holds_up "$color"; then
        end_color "$(other_color "$color")"
    else
        arm_deadline 60000 || :
        take_traffic_back "$release did not hold up until the release before it was stopped" || :
        is_unconfirmed || disarm_deadline
        leave_color "$color"
    fi
}
