# Calls. A stage is performed by a process of its own, which no session's end touches; what called it passes on what
# it says. After a lost link `follow` passes it on again, so that no stage need be run twice. A call is a folder in
# /run: output, errors, pid, at its end status, and passed once its runner could have it. Each stage
# is called at most once with one token.

# call_stage: performs the stage as a call and ends with its status.
call_stage() {
    install -d -m 0700 "$calls"
    call=$calls/$lease_token.$stage
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
    "stage_$stage"
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
    : >"$call/passed"
    exit "$call_status"
}
