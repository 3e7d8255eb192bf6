# start: starts the release on the idle color, waits until it is healthy and proven, and warms it up.
# Takes app, release, color, ports, app-user, health parameters, warm-up-paths (separated by blanks; none = no
# warm-up), warm-up-requests, site parameters. Tells healthy-after (ms) and what warm_up tells. On failure the
# color is stopped again and tells what tell_evidence tells. Fails as start-failed, unhealthy, port-taken,
# front-door-mismatch, not-ours, link-lost.
stage_start() {
    begin_change
    read_nginx_config || :
    revive_nginx
    repair "was not confirmed by the run that switched to it"
    keep_off_live
    stop_left_candidate "left by an earlier run"
    stop_idle
    strangers=$(port_listeners "$(port_of "$color")")
    [ -z "$strangers" ] || fail port-taken "Port $(port_of "$color") ($color) is held by $(describe_process "$strangers")." "Stop that process, or give another $color-port."
    install_unit
    install_guard
    install -d -m 0755 "$nginx_home" || cannot_write "$nginx_home"
    : | put_file "$measuring" 0644 || cannot_write "$measuring"
    note_candidate || cannot_write "$candidate"
    put_link "releases/$release" "$home/$color" || cannot_write "$home/$color"
    systemctl reset-failed "$unit@$color.service" </dev/null >/dev/null 2>&1 || :
    start_began=$(uptime_ms)
    trap 'give_up cancelled; exit 1' TERM INT
    systemctl start "$unit@$color.service" </dev/null >/dev/null 2>&1 || give_up start-failed
    note_start "$color"
    wait_until_healthy
    health_listeners=$(port_listeners "$(health_port_of "$color")")
    if [ "$health_listeners" != "$(unit_property "$color" MainPID)" ]; then
        tell_evidence "$color"
        stop_failed_start
        fail unhealthy "Health was asked on port $(health_port_of "$color"), which is held by $(describe_process "$health_listeners"), not by $release. It was stopped; the traffic did not move." \
            "Give blue-management-port and green-management-port in place of health-port, so that each color has its own."
    fi
    if ! prove_release "$color"; then
        tell_evidence "$color"
        stop_failed_start
        fail front-door-mismatch "The app answers, but $proof. It was stopped; the traffic did not move." "Look for what starts on port $(port_of "$color") or replaces files under $releases on the host."
    fi
    say "$release is healthy on port $(port_of "$color"): $proof"
    tell healthy-after "$healthy_after"
    [ -z "$warm_up_paths" ] || warm_up
}

# stop_idle: what still runs there, of an earlier run or started by hand, is ended after its requests.
stop_idle() {
    if is_up "$color"; then drain_color "$color" 10000; fi
    if is_adopted "$color"; then end_adopted "$color"; fi
    systemctl stop "$unit@$color.service" </dev/null >/dev/null 2>&1 || :
}

wait_until_healthy() {
    probe_status='' successes=0 next_word=5000
    while :; do
        is_running || give_up start-failed
        if probe "$color"; then successes=$((successes + 1)); else successes=0; fi
        healthy_after=$(($(uptime_ms) - start_began))
        [ "$successes" -lt "$health_successes" ] || break
        [ "$healthy_after" -lt "$health_timeout" ] || give_up unhealthy
        ! is_abandoned || give_up link-lost
        if [ "$healthy_after" -ge "$next_word" ]; then
            say "not healthy yet after $((healthy_after / 1000)) s: $health_path answered $(explain_probe)"
            next_word=$((next_word + 5000))
        fi
        sleep "$(seconds "$health_interval")"
    done
}

# is_running: false after the first exit; systemd's own restart does not hide it.
is_running() {
    [ "$(unit_property "$color" ActiveState) $(unit_property "$color" NRestarts)" = 'active 0' ]
}

# give_up REASON [WHEN]: shows why, stops the color, fails. WHEN: words for when it was unhealthy, if not at its start.
give_up() {
    case $1 in
        start-failed)
            systemctl stop "$unit@$color.service" </dev/null >/dev/null 2>&1 || :
            tell_evidence "$color"
            mark_bad "it ended by itself at its start: it $(describe_end)"
            stop_failed_start
            fail start-failed "$release ended by itself $(run_time) after its start: it $(describe_end).${end_means:+ $end_means} It was stopped; the traffic did not move." \
                "${end_cure:-Its last log lines are in the log and in the summary: mend what they name and deploy again.}"
            ;;
        unhealthy)
            unhealthy_when=${2:-within $((health_timeout / 1000)) s}
            tell_evidence "$color"
            mark_bad "it was not healthy $unhealthy_when"
            stop_failed_start
            fail unhealthy "$release was not healthy $unhealthy_when: port $(health_port_of "$color"), $health_path answered $(explain_probe).${end_means:+ $end_means} It was stopped; the traffic did not move." \
                "${end_cure:-Its last log lines are in the log and in the summary. If it only needs longer, raise health-timeout; if it is guarded, permit $health_path.}"
            ;;
        *)
            stop_failed_start
            fail link-lost "$release was stopped, since its run ended; the traffic did not move." "Run again."
            ;;
    esac
}

stop_failed_start() {
    stop_color "$color"
    forget_candidate || :
    remove_file "$measuring" || :
}
