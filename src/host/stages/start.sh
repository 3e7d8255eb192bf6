# start: starts the release on the idle color, waits until it is healthy and proven, and warms it up.
# Takes app, release, color, ports, app-user, health parameters, warm-up-paths (separated by blanks; none = no
# warm-up), warm-up-requests, site parameters. Tells healthy-after (ms) and what warm_up tells. On failure the
# color is stopped again and tells what tell_evidence tells. Fails as start-failed, unhealthy, port-taken,
# front-door-mismatch, not-ours, link-lost.
stage_start() {
    begin_change
    ask_host
    read_nginx_config || :
    know_host
    revive_nginx
    repair "was not confirmed by the run that switched to it"
    keep_off_live
    stop_left_candidate "left by an earlier run"
    stop_idle
    strangers=$(port_listeners "$(port_of "$color")")
    [ -z "$strangers" ] || fail port-taken "Port $(port_of "$color") ($color) is held by $(describe_process "$strangers")." "Stop that process, or give another $color-port."
    install_unit
    install_guard
    [ -d "$nginx_home" ] || install -d -m 0755 "$nginx_home" || cannot_write "$nginx_home"
    : | put_file "$measuring" 0644 || cannot_write "$measuring"
    note_candidate || cannot_write "$candidate"
    put_link "releases/$release" "$home/$color" || cannot_write "$home/$color"
    forget_host
    [ "$was_idle" = 'inactive 0 success' ] || systemctl reset-failed "$unit@$color.service" </dev/null >/dev/null 2>&1 || :
    start_began=$(uptime_ms)
    trap 'give_up cancelled; exit 1' TERM INT
    systemctl start "$unit@$color.service" </dev/null >/dev/null 2>&1 || give_up start-failed
    note_start "$color"
    sum_ahead 8>&- 9>&- >/dev/null 2>&1 &
    sum_job=$!
    wait_until_healthy
    kill "$sum_job" 2>/dev/null || :
    wait "$sum_job" 2>/dev/null || :
    [ -n "$is_proven" ] || prove_candidate
    if [ -z "$has_own_health" ]; then
        tell_evidence "$color"
        stop_failed_start
        fail unhealthy "Health was asked on port $(health_port_of "$color"), which is held by $(describe_process "$health_listeners"), not by $release. It was stopped; the traffic did not move." \
            "Give blue-management-port and green-management-port in place of health-port, so that each color has its own."
    fi
    if [ -z "$is_proven" ]; then
        tell_evidence "$color"
        stop_failed_start
        fail front-door-mismatch "The app answers, but $proof. It was stopped; the traffic did not move." "Look for what starts on port $(port_of "$color") or replaces files under $releases on the host."
    fi
    say "$release is healthy on port $(port_of "$color"): $proof"
    tell healthy-after "$healthy_after"
    [ -z "$warm_up_paths" ] || warm_up
}

# stop_idle: what still runs there, of an earlier run or started by hand, is ended after its requests. Sets was_idle to
# what systemd said of the unit, `inactive 0 success` when nothing is left of an earlier start.
stop_idle() {
    was_idle="$(unit_property "$color" ActiveState) $(unit_property "$color" NRestarts) $(unit_property "$color" Result)"
    if ! is_adopted "$color"; then
        case $was_idle in inactive*) return 0 ;; esac
    fi
    if is_up "$color"; then drain_color "$color" 10000; fi
    forget_host
    if is_adopted "$color"; then end_adopted "$color"; fi
    systemctl stop "$unit@$color.service" </dev/null >/dev/null 2>&1 || :
}

# prove_candidate: sets has_own_health (yes, or nothing) to whether its health is asked of itself, else health_listeners to
# whom it was asked of; and is_proven with proof, as prove_release does.
prove_candidate() {
    has_own_health='' is_proven=''
    know_host
    health_listeners=$(port_listeners "$awaited_port")
    [ "$health_listeners" != "$(unit_property "$color" MainPID)" ] || has_own_health=yes
    if [ -n "$has_own_health" ] && prove_release "$color"; then is_proven=yes; fi
    forget_host
}

# sum_ahead: reads the jar for its sha256 while the app starts, with the time of the processor that the app leaves.
sum_ahead() {
    sleep 0.2
    sum_with='nice -n 19'
    sum_of "$releases/$release/app.jar"
}

# wait_until_healthy: asks for its health every health-interval, from the moment on that somebody listens where it is
# asked; that is looked at every 50 ms. It is proven meanwhile, after its first healthy answer.
wait_until_healthy() {
    probe_status='' successes=0 next_word=5000 next_look=0 is_proven=''
    awaited_port=$(health_port_of "$color")
    while :; do
        if is_listened_on "$awaited_port"; then
            is_running || give_up start-failed
            if probe "$color"; then successes=$((successes + 1)); else successes=0; fi
            pause=$health_interval
        else
            [ -d "/proc/${noted_pid:-none}" ] || is_running || give_up start-failed
            successes=0 pause=$((health_interval < 50 ? health_interval : 50))
        fi
        healthy_after=$(($(uptime_ms) - start_began))
        [ "$successes" -lt "$health_successes" ] || break
        [ "$healthy_after" -lt "$health_timeout" ] || give_up unhealthy
        if [ "$healthy_after" -ge "$next_look" ]; then
            ! is_abandoned || give_up link-lost
            next_look=$((healthy_after + 250))
        fi
        if [ "$healthy_after" -ge "$next_word" ]; then
            say "not healthy yet after $((healthy_after / 1000)) s: $(describe_wait)"
            next_word=$((next_word + 5000))
        fi
        sleep "$(seconds "$pause")" 8>&- &
        pause_job=$!
        [ "$successes" != 1 ] || prove_candidate
        wait "$pause_job" || :
    done
}

# describe_wait: what it is waited for, in words.
describe_wait() {
    if [ -n "$probe_status" ]; then
        echo "$health_path answered $(explain_probe)"
    else
        echo "nobody listens on port $awaited_port"
    fi
}

# is_running: false after the first exit; systemd's own restart does not hide it.
is_running() {
    if [ -n "$known_units" ]; then
        [ "$(unit_property "$color" ActiveState) $(unit_property "$color" NRestarts)" = 'active 0' ]
    else
        systemctl show -p ActiveState -p NRestarts "$unit@$color.service" </dev/null >"$scratch/running"
        [ "$(fact_in "$scratch/running" ActiveState) $(fact_in "$scratch/running" NRestarts)" = 'active 0' ]
    fi
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
