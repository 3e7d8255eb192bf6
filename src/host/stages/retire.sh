# retire: confirms a switch that waits for the runner's word, drains and stops the color that traffic has left,
# removes old releases, counts what the switch cost. Takes app, release, color (now live), drain-timeout,
# keep-previous (stopped or running), keep-releases, site parameters. Tells drain-ms, drain-open
# (connections at the deadline), tcp-resets-after (sent by the host since its boot, at the end of the drain), drain-cut,
# drain-cut-web-sockets, or kept-running, and the counts of count_requests. Fails as bake-failed (the deadline was
# faster), link-lost, disk-full; as unhealthy when the new release does not hold up until the old one is stopped: then
# the traffic goes back.
stage_retire() {
    begin_change
    know_host
    revive_nginx
    confirm_for_runner
    [ "$(journal_fact state) $(live_color)" = "switched $color" ] ||
        fail host-error "$color is not the color that was switched to last. Nothing was stopped." "Run again."
    switched_at=$(journal_fact switched-at)
    retire_old
}

# retire_old: the color that traffic has left is stopped, or left running where it shall stay.
retire_old() {
    old=$(other_color "$color")
    is_old_up=''
    ! is_up "$old" || is_old_up=yes
    forget_host
    if [ -n "$is_old_up" ]; then
        [ "$keep_previous" = running ] || drain_old
        tell tcp-resets-after "$(tcp_resets)"
        holds_up "$color" || go_back
        if [ "$keep_previous" = running ]; then leave_old_running; else end_old; fi
    else
        tell tcp-resets-after "$(tcp_resets)"
        end_color "$old"
    fi
    prune_releases
    remove_file "$measuring"
    count_requests "$color"
}

drain_old() {
    drain_color "$old" "$drain_timeout"
    tell drain-ms "$drain_ms"
    tell drain-open "$drain_open"
    if [ "$drain_open" -gt 0 ]; then
        say "$drain_open connections to $old were still open after $((drain_timeout / 1000)) s; the app now ends them by its own graceful shutdown"
    fi
}

end_old() {
    stop_began=$(now_ms) stopped_name=$(name_of "$old")
    end_color "$old"
    count_cut "$old" "$drain_open" "$stop_began"
    tell drain-cut "$drain_cut"
    tell drain-cut-web-sockets "$drain_cut_web_sockets"
    say "stopped $stopped_name ($old); $drain_cut connections were cut"
}

# leave_old_running: until the next deploy or boot; only the live color starts at boot.
leave_old_running() {
    if is_adopted "$old"; then
        tell finding "$(name_of "$old") ($old) stays up until the next deploy, as keep-previous: running says; it is no release, so that the command rollback cannot go back to it"
        return 0
    fi
    systemctl disable --no-reload "$unit@$old.service" </dev/null >/dev/null 2>&1 || :
    tell kept-running yes
    say "$(release_of "$old") ($old) stays up: a rollback to it is one flip"
}

# confirm_for_runner: this run's retire is the runner's word.
confirm_for_runner() {
    [ "$(journal_fact release)" = "$release" ] || return 0
    case $(journal_fact state) in
        baked) confirm_switch || cannot_write "$journal" ;;
        restored)
            tell taken-back yes
            fail bake-failed "The switch to $release was taken back before this run confirmed it: $(journal_fact why)." \
                "Look why the confirmation took so long, then deploy again."
            ;;
    esac
}

# holds_up COLOR: whether the front door is served by its proven, healthy release: once of three looks in 3 s.
holds_up() {
    read_nginx_config || :
    find_front_door
    for look in 1 2 3; do
        if is_served_by "$1" && is_well "$1"; then return 0; fi
        [ "$look" = 3 ] || sleep 1
    done
    return 1
}

# go_back: the old color is still up, and the new one does not serve: the traffic returns, and the run fails.
go_back() {
    if is_disk_full "$traffic_log" && is_well "$color"; then leave_both; fi
    arm_deadline 60000 || :
    if take_traffic_back "$release did not hold up until the release before it was stopped ($(describe_knock); $health_path answered $(explain_probe))"; then
        tell taken-back yes
    fi
    is_unconfirmed || disarm_deadline
    tell_evidence "$color"
    is_well "$color" || mark_bad "it did not hold up until the release before it was stopped"
    count_requests "$color"
    leave_color "$color"
    remove_file "$measuring"
    fail unhealthy "$(journal_fact why)." "Read its last log lines in the log and in the summary; a bake-time would have watched it longer. Mend it and deploy again."
}

# leave_both: on a full disk nginx's log does not say who answers, so that nothing more can be proven: the new release,
# which is well, keeps the traffic, and the old one is left running.
leave_both() {
    remove_file "$measuring" || :
    fail disk-full "The disk that holds $traffic_log is full, so that it cannot be proven any more who answers. $release is healthy and stays live; $(name_of "$old") ($old) was left running." \
        "Free some space on the host and deploy again, which stops it."
}
