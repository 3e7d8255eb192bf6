# Who may change this app's host: the run whose session holds the lock.

# holds_lease: whether the run that called this stage still holds the lock.
holds_lease() {
    [ "$(head -n 1 "$lease" 2>/dev/null)" = "$lease_token" ] && ! is_alone
}

# begin_change: refuses a run that lost its lease; waits for a stage that a vanished run left at work.
begin_change() {
    exec 8>>"$stage_lock"
    flock -w 300 8 || fail locked "Another stage is still at work on this host after 5 minutes." "Look at its processes on the host: fuser -v $stage_lock"
    holds_lease || fail link-lost "This run no longer holds the lock of $app: its session ended." "Run again."
}

# is_alone: whether no run holds the lock any more.
is_alone() {
    flock -n "$lock" true
}

# end_measuring_alone: the log is turned off by whoever ends the switch, if no run is there to read it.
end_measuring_alone() {
    if is_alone; then remove_file "$measuring" || :; fi
}
