# survey: what setup would do, in one exec under the lock; changes nothing. Takes what setup takes. Tells host-time,
# step (`STEP will PLANNED` or `STEP nothing THERE`), what inspect tells of the live release, tutorial, nginx, and host-key (the
# host's own public keys, one each). Fails as setup does before it has changed anything.
stage_survey() {
    only_looks=yes
    tell host-time "$(now_ms)"
    begin_change
    read_deploy_keys
    need_own_home
    tell_host_keys
    live='' live_proof=''
    look_at_found_host
    # shellcheck disable=SC2086
    take_steps $setup_steps
}

# look_at_found_host: what is live, and who has the front door; on a host that lacks the tools to ask there is nothing yet.
look_at_found_host() {
    find_missing "$every_tool nginx"
    if [ -n "$missing" ]; then
        ! command -v ss >/dev/null || look_at_new_door
        return 0
    fi
    [ "$java" = java ] || inspect_java
    tell nginx "$(nginx_version)"
    read_nginx_config || :
    find_front_door
    is_take_over_unfinished || find_live
}

# look_at_new_door: whether another program has the port that nginx is to get.
look_at_new_door() {
    find_front_door
    look_at_nginx
    check_new_door
}

# tell_host_keys: type and key of each, as sshd shows them.
tell_host_keys() {
    for host_key in /etc/ssh/ssh_host_*_key.pub; do
        [ -f "$host_key" ] || continue
        tell host-key "$(cut -d' ' -f1,2 "$host_key" | head -n 1)"
    done
}
