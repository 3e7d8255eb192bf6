# The run that sends a payload, which may be gone without a word.

# watch_sender: until end_watch sets is_gone, and ends what receives, once the session that sends is gone: after a
# silent cut sshd would keep it, and with it this stage, for a long time.
watch_sender() {
    is_gone='' receiver=''
    trap 'is_gone=yes; [ -z "$receiver" ] || kill "$receiver" 2>/dev/null || :' USR1
    while sleep 0.5; do
        if may_still_come; then kill -0 "$own_pid" || break; else kill -USR1 "$own_pid" || break; fi
    done </dev/null >/dev/null 2>&1 8>&- &
    watcher=$!
}

end_watch() {
    trap '' USR1
    [ -z "$watcher" ] || kill "$watcher" 2>/dev/null || :
}

# may_still_come: whether the session that sends may still be there. A run that came back sends what is missing anew.
may_still_come() {
    ! is_abandoned && [ "$newest_token" = "$lease_token" ]
}

lose_sender() {
    end_watch
    part=''
    fail link-lost "The upload stopped: the run that sent it is gone." "Run again."
}

# end_early: stdin ended before all was there.
end_early() {
    end_watch
    part=''
    fail link-lost "The upload ended before all of it was sent. The traffic did not move." "Run again."
}
