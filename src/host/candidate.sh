# The candidate: a release that was started and that the traffic was not moved to yet. It is noted before its start,
# so that whoever comes after a run that died can stop it; the journal of the switch takes over from there.

# note_candidate: this run's release on this run's color.
note_candidate() {
    printf 'color=%s\nrelease=%s\n' "$color" "$release" | put_file "$candidate" 0600
}

# forget_candidate: it was stopped, or the switch's journal knows it.
forget_candidate() {
    remove_file "$candidate"
}

# stop_left_candidate WHY: stops one that another run left, and says so; WHY is a clause. While the live color cannot
# serve, the candidate is what nginx's backup rule sends requests to: then it stays.
stop_left_candidate() {
    [ -e "$candidate" ] || return 0
    left_color=$(candidate_fact color)
    if [ -n "$(live_color)" ] && ! prove_release "$(live_color)"; then
        say "$(candidate_fact release) ($left_color) was started and not switched to; it is left running, since $(live_color) cannot serve: $proof"
        return 0
    fi
    if [ "$(live_color)" != "$left_color" ] && [ "$(release_of "$left_color")" = "$(candidate_fact release)" ]; then
        stop_color "$left_color"
        say "stopped $(candidate_fact release) ($left_color), which was started and not switched to, $1"
    fi
    forget_candidate || :
}

# candidate_fact KEY
candidate_fact() {
    fact_in "$candidate" "$1"
}

# stay_with_old: where other hands moved the traffic to the candidate already, it goes back to the old release, which
# still serves, so that this switch can be verified and taken back as any other.
stay_with_old() {
    if [ "$from" = "$color" ] && [ "$(candidate_fact release)" = "$release" ] && is_marker_form && prove_release "$(other_color "$color")"; then
        from=$(other_color "$color")
        put_marker "$from" || cannot_write "$marker"
        tell_mended "other hands moved the traffic to $color before its release was ready to be switched to; it went back to $from until then"
    fi
}

# check_candidate: between its start and now the release may have died or lost its health (a smoke test takes time).
check_candidate() {
    probe_status=''
    if is_running && prove_release "$color" && { probe "$color" || { sleep 1 && probe "$color"; }; }; then return 0; fi
    tell_evidence "$color"
    mark_bad "it lost its health before the switch"
    stop_failed_start
    fail unhealthy "$release was healthy after its start and is not any more: $(describe_loss). It was stopped; the traffic did not move." \
        "${end_cure:-Its last log lines are in the log and in the summary: mend what they name and deploy again.}"
}

# describe_loss: how a release that was healthy is not any more, after tell_evidence.
describe_loss() {
    if [ -n "$end_code" ]; then
        echo "it $(describe_end) $(run_time) after its start"
    else
        echo "$health_path answered $(explain_probe), $proof"
    fi
}
