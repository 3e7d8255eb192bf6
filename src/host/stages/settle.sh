# settle: called when the runner was killed in the middle of a run, by what comes after it there. Takes app and
# site parameters. A release that was started and not switched to is stopped; a switch that nobody will confirm is
# taken back; one that the host watches by itself goes on. Tells traffic (a sentence). Fails as link-lost.
stage_settle() {
    begin_change
    read_nginx_config || :
    stop_left_candidate "since its run was killed"
    if is_watched_by_host; then
        say "the host watches $(journal_fact release) on by itself: it keeps it or takes the traffic back"
    else
        repair "was not confirmed: its run was killed"
        remove_file "$measuring"
    fi
    tell traffic "$(describe_traffic)"
}

# is_watched_by_host: whether a bake is under way that needs no word of the runner's.
is_watched_by_host() {
    [ "$(journal_fact state)" = baking ] && grep -qx 'confirmed-by=host' "$settings"
}
