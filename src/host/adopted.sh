# A jar that somebody else started and that `setup` adopted: it has the port of a color as a release would, until one of
# ours takes its place. Of each there is a file, $adopted/COLOR: the process (pid, start in clock ticks since boot, boot),
# user, folder and jar. It has no unit and no release: nothing starts it again.

# is_adopted COLOR: whether an adopted jar has the color's port, in place of a release.
is_adopted() {
    [ -e "$adopted/$1" ] && [ -z "$(release_of "$1")" ]
}

# adopted_fact COLOR KEY
adopted_fact() {
    sed -n "s/^$2=//p" "$adopted/$1" 2>/dev/null || :
}

# name_of COLOR: what has its port, for people: its release, or the adopted jar; empty when there is neither.
name_of() {
    if is_adopted "$1"; then
        named_jar=$(adopted_fact "$1" jar)
        echo "the adopted jar ${named_jar##*/}"
    else
        release_of "$1"
    fi
}

# process_of COLOR: the process that the color's port belongs to: the adopted one or its unit's; 0 when it does not run.
process_of() {
    if ! is_adopted "$1"; then
        unit_property "$1" MainPID
    elif runs_adopted "$1"; then
        adopted_fact "$1" pid
    else
        echo 0
    fi
}

# is_up COLOR: whether that process runs.
is_up() {
    if is_adopted "$1"; then runs_adopted "$1"; else [ "$(unit_property "$1" ActiveState)" = active ]; fi
}

# runs_adopted COLOR: whether the very process that was adopted is there: another may have its number by now.
runs_adopted() {
    adopted_pid=$(adopted_fact "$1" pid)
    adopted_start=$(start_of "$adopted_pid")
    [ -n "$adopted_start" ] && [ "$adopted_start $(boot_id)" = "$(adopted_fact "$1" start) $(adopted_fact "$1" boot)" ]
}

# start_of PID: when it was started, in clock ticks (of 10 ms) since boot; empty when there is no such process, or it
# has ended and waits for its parent. A name may contain anything.
start_of() {
    sed -n '$s/.*) //p' "/proc/${1:-none}/stat" 2>/dev/null | awk '$1 != "Z" && $1 != "X" { print $20 }'
}

boot_id() {
    cat /proc/sys/kernel/random/boot_id
}

# prove_adopted COLOR: proves that the adopted process has the color's port. Sets proof; 1 when it does not hold, 2 when
# nothing listens.
prove_adopted() {
    proof_port=$(port_of "$1")
    listeners=$(port_listeners "$proof_port")
    main_pid=$(adopted_fact "$1" pid)
    if [ -z "$listeners" ]; then
        proof="nothing listens on port $proof_port ($1), which $(name_of "$1") had"
        return 2
    fi
    if [ "$listeners" != "$main_pid" ] || ! runs_adopted "$1"; then
        proof="port $proof_port ($1) is held by $(describe_process "$listeners"), not by process $main_pid of $(name_of "$1")"
        return 1
    fi
    proof="port $proof_port, process $main_pid of $(name_of "$1")"
}

# put_adopted COLOR: remembers the process that read_jar_process has read.
put_adopted() {
    install -d -m 0700 "$adopted" || return 1
    printf 'pid=%s\nstart=%s\nboot=%s\nuser=%s\nfolder=%s\njar=%s\n' "$jar_pid" "$(start_of "$jar_pid")" "$(boot_id)" "$jar_user" "$jar_folder" "$jar_file" |
        put_file "$adopted/$1" 0600
}

# renew_adopted: what became of the adopted jars. Where the old scripts have started one again, another process has the
# port: it is the same when it is a jar of the same folder and user. A stage that only looks keeps what it finds in its
# scratch folder.
renew_adopted() {
    [ -d "$adopted" ] || return 0
    if [ -n "$only_looks" ]; then
        cp -R "$adopted" "$scratch/adopted"
        adopted=$scratch/adopted
    fi
    for renewed_color in blue green; do
        [ -z "$(release_of "$renewed_color")" ] || continue
        if ! read_jar_process "$(port_of "$renewed_color")" || ! is_like_adopted; then continue; fi
        [ "$jar_pid $(start_of "$jar_pid")" != "$(adopted_fact "$renewed_color" pid) $(adopted_fact "$renewed_color" start)" ] || continue
        put_adopted "$renewed_color" || cannot_write "$adopted/$renewed_color"
        tell drift "port $(port_of "$renewed_color") ($renewed_color) is held by process $jar_pid of ${jar_file##*/}, which the old scripts have started since: it is adopted in place of the one before"
    done
}

# is_like_adopted: whether the jar that was read comes from where an adopted one does.
is_like_adopted() {
    for like_color in blue green; do
        if [ "$jar_user $jar_folder" = "$(adopted_fact "$like_color" user) $(adopted_fact "$like_color" folder)" ]; then return 0; fi
    done
    return 1
}

# end_color COLOR: ends what has its port: the adopted process, or its unit.
end_color() {
    if is_adopted "$1"; then end_adopted "$1"; else stop_color "$1"; fi
}

# end_adopted COLOR: that very process is asked to end, and killed after 45 s, as a unit of ours would be; then it is
# forgotten. In this order a crash leaves at most the memory of a process that is gone. Never the live one.
end_adopted() {
    [ "$(live_color)" != "$1" ] || return 1
    ended_name=$(name_of "$1") ended_pid=$(adopted_fact "$1" pid)
    if runs_adopted "$1"; then
        kill -TERM "$ended_pid" 2>/dev/null || :
        end_until=$(($(uptime_ms) + 45000))
        while runs_adopted "$1"; do
            if [ "$(uptime_ms)" -ge "$end_until" ]; then
                kill -KILL "$ended_pid" 2>/dev/null || :
                sleep 1
                break
            fi
            sleep 0.1
        done
        say "ended process $ended_pid of $ended_name ($1), which was there before"
    fi
    remove_file "$adopted/$1"
    restarted=$(port_listeners "$(port_of "$1")")
    [ -z "$restarted" ] || tell finding "port $(port_of "$1") ($1) is held again, by $(describe_process "$restarted"): something on the host starts the old jar anew. Take that out, or the next deploy is refused"
}
