# acquire: takes the app's lock and holds it as long as the runner's heartbeat comes on stdin.
# Takes app, run (the run's name), holder (who, for people), lock-wait (ms), and resume (its token) from a run whose
# link broke: it gets the lock back if nobody took over. Tells waited-for (each holder it saw), token and lease=held,
# then stays; tells lease=lost when no line came in time, and run=ended when the run's end is written down.
# The lock is free at once when stdin ends, or after 20 s without a line: sshd itself does not notice a silent cut.
# first (a stage) is called at once, with the other parameters and this run's token; what it says comes in this session,
# then call-ended with its status: a round trip less.
# A line of JSON on stdin goes into the history. The line `bye` ends the run; without it the host ends it when it has
# not come back for patience_for_session. Fails as host-unfit, locked, link-lost (another run took over), not-ours,
# disk-full.
stage_acquire() {
    need_tools
    claim_home
    exec 9>>"$lock"
    if [ "$resume" -gt 0 ]; then
        take_over_own
    else
        await_turn
        sweep_calls
        install -d -m 0700 "$calls"
    fi
    sweep_scratch
    read_token
    lease_token=$((newest_token + 1))
    echo "$lease_token $run" | put_file "$token_file" 0600 || cannot_write "$token_file"
    printf 'token=%s\nrun=%s\npid=%s\nholder=%s\nsince=%s\n' "$lease_token" "$run" "$$" "$holder" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" |
        put_file "$lease" 0600 || cannot_write "$lease"
    tell token "$lease_token"
    tell lease held
    [ -z "$first" ] || call_first
    follow_heartbeat
    rm -rf "$scratch"
    [ "$last_beat" = bye ] || tell lease lost
    give_lock_back
    if [ "$last_beat" = bye ] || is_gone_for_good; then end_run; fi
}

# await_turn: waits for the lock, saying for whom. The runner says nothing while it waits: a line, or the end of
# stdin, means that it waits no more.
await_turn() {
    if flock -n 9; then return 0; fi
    tell_holder waiting
    exec 3<&0
    flock -w "$(seconds "$lock_wait")" 9 &
    turn=$!
    { IFS= read -r _ || :; kill "$turn"; } <&3 3<&- 9>&- >/dev/null 2>&1 &
    listener=$!
    while sleep 30 >/dev/null 2>&1; do tell_holder 'still waiting'; done </dev/null 3<&- 9>&- &
    speaker=$!
    turn_status=0
    wait "$turn" || turn_status=$?
    kill "$listener" "$speaker" 2>/dev/null || :
    exec 3<&-
    case $turn_status in
        0) ;;
        1) fail locked "Another run holds the lock of $app on this host: $(name_holder)." "Wait until it ends, or give a longer lock-wait." ;;
        *) fail link-lost "The run that waited for the lock of $app is gone." "Run again." ;;
    esac
}

# tell_holder HOW: whom this run is waiting for, for people and for the runner.
tell_holder() {
    waited_for=$(name_holder)
    say "$1 for the lock, held by $waited_for"
    tell waited-for "$waited_for"
}

# take_over_own: the lock for the run that had it when its link broke. The process that held it for the broken
# session may not have noticed yet, and is ended.
take_over_own() {
    flock -n 9 || end_own_holder
    flock -w 10 9 || refuse_resume
    read_token
    if [ "$newest_run $newest_end" != "$run " ] || [ "$newest_token" -lt "$resume" ] || has_given_up || [ ! -d "$calls" ]; then refuse_resume; fi
}

# call_first: a process of its own, which needs no lock descriptor and outlives this session as any call does.
call_first() {
    set --
    while IFS= read -r first_word; do
        case $first_word in lease=* | resume=* | holder=* | lock-wait=* | first=*) ;; *) set -- "$@" "$first_word" ;; esac
    done <<WORDS
$given_parameters
WORDS
    {
        first_status=0
        "$0" "$first" "$@" "lease=$lease_token" </dev/null || first_status=$?
        tell call-ended "$first_status"
    } 9>&- &
}

end_own_holder() {
    own_holder=$(lease_fact pid)
    case $(lease_fact run) in
        "$run") ;;
        '') return 0 ;; # it is giving the lock back just now
        *) refuse_resume ;;
    esac
    if grep -qa nginx-bluegreen "/proc/$own_holder/cmdline" 2>/dev/null; then kill "$own_holder" || :; fi
}

refuse_resume() {
    exec 9>&-
    read_token
    if [ "$newest_run" = "$run" ]; then
        fail link-lost "The connection was gone for too long, or the host was restarted: it has ended this run of $app." "Run again."
    fi
    fail link-lost "Another run took over $app while this run had no connection: $(name_holder)." "Look what it did, then run again if need be."
}

# follow_heartbeat: returns when the lines stop; last_beat is the last of them. A line of JSON is the run's own account of
# itself.
follow_heartbeat() {
    last_beat=''
    while [ "$last_beat" != bye ]; do
        last_beat=$(exec 9>&- && timeout 20 sh -c "IFS= read -r beat && printf '%s\n' \"\$beat\"") || return 0
        [ "${#last_beat}" -le 65536 ] || continue
        case $last_beat in '{'*) add_to_history "$last_beat" ;; esac
    done
}

# sweep_scratch: what stages that were killed could not remove; a scratch folder has its process in its name.
sweep_scratch() {
    for stale in /run/nginx-bluegreen.*; do
        stale_pid=${stale#/run/nginx-bluegreen.}
        kill -0 "${stale_pid%%.*}" 2>/dev/null || rm -rf "$stale"
    done
}
