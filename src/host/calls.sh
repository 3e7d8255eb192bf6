# Calls. A stage is performed by a process of its own, which no session's end touches; what called it passes on what
# it says. After a lost link `follow` passes it on again, so that no stage need be run twice. A call is a folder in
# /run: output, errors, pid, at its end status, and passed once its runner could have it. Each stage
# is called at most once with one token, unless it was not begun. One may be called ahead, while the stage before it
# (after) is still at work: it waits here, and begins when that has ended well; else it ends and has done nothing.

# How long a call waits for the one that it is to follow to be there at all, in ms.
patience_for_call=30000

# call_stage: performs the stage as a call and ends with its status.
call_stage() {
    install -d -m 0700 "$calls"
    call=$calls/$lease_token.$stage
    [ ! -e "$call/not-begun" ] || rm -rf "$call"
    mkdir "$call" || fail_call link-lost "This run has called $stage before." "Run again."
    : >"$call/output"
    exec 3<&0
    perform <&3 >"$call/output" 2>"$call/errors" &
    exec 3<&- </dev/null
    echo "$!" >"$call/pid"
    pass_on
}

# perform: the stage itself, with a scratch folder that has its process in its name.
perform() {
    make_scratch
    [ -z "$after" ] || await_call_before
    "stage_$stage"
}

# await_call_before: returns once the stage that this one is to follow has ended well; else this one ends.
await_call_before() {
    call_before=$calls/$lease_token.$after call_before_until=$(($(uptime_ms) + patience_for_call))
    until [ -s "$call_before/pid" ]; do
        if is_abandoned || [ "$newest_token" != "$lease_token" ] || [ "$(uptime_ms)" -ge "$call_before_until" ]; then refuse_to_begin; fi
        sleep 0.05
    done
    tail -s 0.01 -f --pid="$(cat "$call_before/pid")" /dev/null </dev/null 2>/dev/null || :
    [ "$(cat "$call_before/status" 2>/dev/null)" = 0 ] || refuse_to_begin
}

# refuse_to_begin: fails as link-lost. Where the traffic is, says the stage before it: to ask nginx once more would take
# time in which the run cannot end.
refuse_to_begin() {
    true 2>/dev/null >"$call/not-begun" || :
    tell reason link-lost
    tell message "$stage was not begun, since $after did not end well before it."
    tell traffic "It changed nothing."
    tell remedy "Run again."
    exit "$(exit_code link-lost)"
}

make_scratch() {
    own_pid=$(exec sh -c 'echo "$PPID"')
    scratch=$(mktemp -d "/run/nginx-bluegreen.$own_pid.XXXXXX")
    trap 'leave "$?"' EXIT
}

# leave STATUS: nothing of the stage is left but its call.
leave() {
    rm -rf "$scratch"
    [ -z "$part" ] || rm -rf "$part"
    [ -z "$call" ] || { echo "$1" >"$call/status.new" && mv -f "$call/status.new" "$call/status"; } 2>/dev/null || :
}

# sweep_calls: those of earlier runs, but not one that is still at work.
sweep_calls() {
    await_callers
    for old_call in "$calls"/*; do
        if [ -e "$old_call/status" ] || ! kill -0 "$(cat "$old_call/pid" 2>/dev/null)" 2>/dev/null; then rm -rf "$old_call"; fi
    done
}

# fail_call REASON MESSAGE REMEDY: fails in place of the stage.
fail_call() {
    call=''
    make_scratch
    fail "$@"
}

# pass_on: what the call says until its end; ends with its status.
pass_on() {
    tail -n +1 -s 0.02 -f --pid="$(cat "$call/pid")" "$call/output" 2>/dev/null || :
    while kill -0 "$(cat "$call/pid")" 2>/dev/null; do sleep 0.1; done
    cat "$call/errors" >&2 || :
    [ -s "$call/status" ] || fail_call host-error "The stage ${call##*.} was killed on the host." "Look at the host's journal for who did it, then run again."
    call_status=$(cat "$call/status")
    true 2>/dev/null >"$call/passed" || :
    exit "$call_status"
}
