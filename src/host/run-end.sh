# The end of a run: the lock is given back, and what the run left is looked after.

# give_lock_back: first the word that the run has ended, then the lock: its stages, and those who wait, look at both.
give_lock_back() {
    if [ "$last_beat" = bye ] && echo "$lease_token $run ended" | put_file "$token_file" 0600; then tell run ended; fi
    remove_file "$lease" || :
    exec 9>&-
}

# is_gone_for_good: waits until the run came back or another took over (false), or neither within its time (true).
is_gone_for_good() {
    gone_until=$(($(uptime_ms) + patience_for_session))
    while [ "$(uptime_ms)" -lt "$gone_until" ]; do
        sleep 1
        read_token
        [ "$newest_token" = "$lease_token" ] || return 1
    done </dev/null
}

# end_run: what the run left and nobody will look after any more; a switch that is not confirmed is the host's own.
# The lock is taken for it: another run may have come, and would look after it itself.
end_run() {
    take_stage_lock
    exec 9>>"$lock"
    flock -w 1 9 || return 0
    read_token
    [ "$newest_token" = "$lease_token" ] || return 0
    echo "$lease_token $run ended" | put_file "$token_file" 0600 || :
    stop_left_candidate "since its run is gone"
    repair_site
    await_calls
    [ "$last_beat" = bye ] || add_lost_run
    is_unconfirmed || remove_file "$measuring" || :
    rm -rf "$releases"/*.part
    await_callers
    rm -rf "$calls"
}

# await_calls: those that were called ahead and not begun end by themselves in a moment.
await_calls() {
    call_looks=0
    while [ "$call_looks" -lt 20 ] && [ -d "$calls" ] && [ "$(find "$calls" -mindepth 1 -maxdepth 1 -type d | wc -l)" -gt "$(find "$calls" -name status | wc -l)" ]; do
        sleep 0.1
        call_looks=$((call_looks + 1))
    done
}

# await_callers: a stage that has just ended may not have been passed on to its runner yet.
await_callers() {
    caller_looks=0
    while [ "$caller_looks" -lt 20 ] && [ -d "$calls" ] && [ "$(find "$calls" -name status | wc -l)" -gt "$(find "$calls" -name passed | wc -l)" ]; do
        sleep 0.1
        caller_looks=$((caller_looks + 1))
    done
}
