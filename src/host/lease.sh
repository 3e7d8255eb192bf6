# Who may change this app's host: the run whose session holds the lock. Each holder gets a token that grows; a
# run that comes back after another took over has an old one, and is refused. state/token has the newest: its
# number, its run, and `ended` after that run's end. A run keeps its name when it reconnects, and gets a new token.

# How long a run may be without a session before the host ends it, in ms: time to connect again.
patience_for_session=30000

# read_token: sets newest_token, newest_run and newest_end.
read_token() {
    newest_token=0 newest_run='' newest_end=''
    { read -r newest_token newest_run newest_end || :; } 2>/dev/null <"$token_file" || :
}

# holds_lease: whether the run that called this stage holds the lock, with the newest token.
holds_lease() {
    read_token
    [ "$newest_token $newest_run $newest_end" = "$lease_token $run " ] && ! is_alone
}

# take_stage_lock [OPTION...]: waits until no other process changes this app's host. What one that was killed had put
# in place and not synced yet is made to last, before anything is built on it.
take_stage_lock() {
    exec 8>>"$stage_lock"
    flock "$@" 8 || return 1
    sync "$state" "$home" "$nginx_home" "${site_conf%/*}" /etc/systemd/system/multi-user.target.wants 2>/dev/null || :
}

# begin_change: refuses a run that lost its lease; waits for a stage that another run left at work.
begin_change() {
    take_stage_lock -w 300 || fail locked "Another stage is still at work on this host after 5 minutes." "Look at its processes on the host: fuser -v $stage_lock"
    await_guard
    need_lease
}

# need_lease: refuses a run that lost its lease.
need_lease() {
    holds_lease || fail link-lost "This run no longer holds the lock of $app: its session ended, or another run took over." "Run again."
}

# is_abandoned: whether the run that called this stage is gone for good: it ended, another took over, or it has had
# no session for longer than it may. For stages that wait.
is_abandoned() {
    read_token
    if [ "$newest_run" != "$run" ] || [ -n "$newest_end" ] || has_given_up; then return 0; fi
    if ! is_alone; then
        alone_since=''
        return 1
    fi
    alone_since=${alone_since:-$(uptime_ms)}
    [ $(($(uptime_ms) - alone_since)) -ge "$patience_for_session" ]
}

# has_given_up: whether the run has called settle: its runner was killed, and what came after it there has given it up.
has_given_up() {
    [ -e "$calls/$newest_token.settle" ]
}

# is_alone: whether no run holds the lock any more.
is_alone() {
    flock -n "$lock" true
}

# end_measuring_alone: the log is turned off by whoever ends the switch, if no run is there to read it.
end_measuring_alone() {
    if is_alone; then remove_file "$measuring" || :; fi
}

# name_holder: who has the lock, since when; waits a second at most for one who has only just taken it.
name_holder() {
    looks=0
    while [ ! -s "$lease" ] && [ "$looks" -lt 10 ]; do
        sleep 0.1
        looks=$((looks + 1))
    done
    if [ -s "$lease" ]; then echo "$(lease_fact holder), since $(lease_fact since)"; else echo 'a run that has just begun'; fi
}

# lease_fact KEY
lease_fact() {
    sed -n "s/^$1=//p" "$lease" 2>/dev/null
}
