# revert: called by the runner when it says no to the release it has just started or switched to. Takes app,
# release, color. An unconfirmed switch to it is taken back, if the watch was not faster; then the color is stopped,
# unless it had to stay live. Tells what tell_evidence tells, taken-back when the traffic was moved back, the counts
# of count_requests, and traffic (a sentence). Fails as link-lost.
stage_revert() {
    begin_change
    revive_nginx
    read_nginx_config || :
    find_front_door
    note_start "$color"
    if [ "$(journal_fact release)" = "$release" ]; then
        if is_unconfirmed; then take_traffic_back "$release was refused by the runner" || :; fi
        is_unconfirmed || disarm_deadline
        [ "$(journal_fact state)" = switched ] || tell taken-back yes
        say "$(journal_fact why)"
        switched_at=$(journal_fact switched-at)
        count_requests "$color"
        tell_evidence "$color"
        leave_color "$color"
    elif [ "$(live_color)" != "$color" ]; then
        tell_evidence "$color"
        stop_color "$color"
        forget_candidate
    fi
    mark_bad "it was refused by the runner (smoke-command or verify-url)"
    remove_file "$measuring"
    tell traffic "$(describe_traffic)"
}
