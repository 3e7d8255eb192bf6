# acquire: takes the app's lock and holds it as long as the runner's heartbeat comes on stdin.
# Takes app, lease (this run's token), holder (who, for people), lock-wait. Tells lease=held, then stays.
# Ends when stdin ends, and then nothing is measured any more, unless a switch is still being watched;
# or after 20 s without a line: sshd itself does not notice a silent cut.
# Fails as host-unfit, locked, not-ours, disk-full.
stage_acquire() {
    need_tools
    sweep_scratch
    claim_home
    exec 9>>"$lock"
    if ! flock -n 9; then
        say "waiting for the lock, held by $(name_holder)"
        flock -w "$(seconds "$lock_wait")" 9 || fail locked \
            "Another run holds the lock of $app on this host: $(name_holder)." \
            "Wait until it ends, or give a longer lock-wait."
    fi
    printf '%s\n%s, since %s\n' "$lease_token" "$holder" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" | put_file "$lease" 0600 || cannot_write "$lease"
    tell lease held
    while timeout 20 sh -c 'IFS= read -r beat' 9>&-; do :; done
    is_unconfirmed || remove_file "$measuring" 2>/dev/null || :
    remove_file "$lease"
}

# sweep_scratch: what stages that were killed could not remove; a scratch folder has its process in its name.
sweep_scratch() {
    for stale in /run/nginx-bluegreen.*; do
        stale_pid=${stale#/run/nginx-bluegreen.}
        kill -0 "${stale_pid%%.*}" 2>/dev/null || rm -rf "$stale"
    done
}

# name_holder: who has the lock, since when; waits a second at most for one who has only just taken it.
name_holder() {
    looks=0
    while [ ! -s "$lease" ] && [ "$looks" -lt 10 ]; do
        sleep 0.1
        looks=$((looks + 1))
    done
    sed -n 2p "$lease" 2>/dev/null || echo 'a run that has just begun'
}
