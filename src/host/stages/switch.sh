# switch: moves the front door to the color, as one transaction: journal, install, test, apply, verify,
# else everything back and the old side verified. Takes app, release, color, switch, site parameters, and for who ends
# it alone keep-previous and rollback-reason (of a rollback: a clause about the release that is left).
# With bake-time (ms) the new release is then watched on the host; with confirmed-by=runner only the runner's
# retire confirms it. A timer armed before the change takes it back if nobody confirms.
# Tells from, switched-at (ms since 1970), reloads, tcp-resets-before (sent by the host since its boot, told
# when there was a reload). Fails as unhealthy, nginx-config-invalid, front-door-mismatch, not-ours,
# disk-full.
stage_switch() {
    begin_change
    ask_host
    config_read=''
    ! read_nginx_config || config_read=yes
    know_host
    revive_nginx
    [ -n "$config_read" ] || { repair "was not confirmed by the run that switched to it" && read_nginx_config; } || [ ! -e "$live_conf" ] || fail nginx-config-invalid \
        "nginx refuses its configuration: $(nginx_complaint)" "Mend it until 'nginx -t' passes on the host, then run again."
    repair "was not confirmed by the run that switched to it"
    from=$(live_color)
    find_front_door
    stay_with_old
    [ -n "$known_units" ] || know_host
    move_traffic
}

# move_traffic: from the color `from` to `color`; the run may have been stopped since its stage was called.
move_traffic() {
    [ "$from" != "$color" ] || fail host-error "$color is live already, with $(release_of "$color"). Nothing was changed." "Run again."
    need_ours "$site_conf"
    need_ours "$live_conf"
    need_lease
    is_site_current "$color" 8>&- >/dev/null 2>&1 &
    site_job=$!
    check_candidate
    forget_host
    keep_before || cannot_write "$before"
    switched_at=$(now_ms)
    arm_deadline "$((60000 + bake_time + $(patience_for_runner)))" || {
        stop_failed_start
        fail host-error "The timer that takes back an unconfirmed switch could not be armed. $release was stopped; the traffic did not move." "Look at 'journalctl -u $unit-deadline' on the host."
    }
    open_journal "$from" "$color" || {
        disarm_deadline
        cannot_write "$journal"
    }
    forget_candidate || :
    reloads=0 resets_before=0
    trap 'take_back host-error "The switch was interrupted." "Run again."' TERM INT
    [ "$bake_time" = 0 ] || start_watch || take_back host-error "The watch over the new release could not be started." "Look at 'journalctl -u $unit-watch' on the host."
    tell switched-at "$switched_at"
    enable_color "$color" || take_back host-error "The unit $unit@$color could not be enabled." "Look at systemctl enable $unit@$color on the host."
    if [ "$switch_mode" = instant ]; then switch_by_marker; else switch_by_reload; fi
    verify_front_door "$color" "$(enough_knocks "$reloads")" || take_back_unproven
    settle_switch || take_back disk-full "The journal could not be written." "Free some space on the host and run again."
    tell reloads "$reloads"
    [ "$reloads" = 0 ] || tell tcp-resets-before "$resets_before"
    say "front door: $verdict"
}

# take_back_unproven: what nginx cannot log on a full disk cannot be verified either.
take_back_unproven() {
    ! is_disk_full "$traffic_log" || take_back disk-full "nginx was switched to $color, but $verdict." "Free some space on the host and run again."
    take_back front-door-mismatch "nginx was switched to $color, but $verdict." \
        "Look for another server block or a fixed proxy_pass on the host (nginx -T); with site: include the location needs 'proxy_pass \$service_url;', and no login may stand in front of $health_path."
}

# settle_switch: confirmed at once, unless it is watched or the runner has the last word.
settle_switch() {
    if [ "$bake_time" -gt 0 ]; then
        begin_bake
    elif [ "$confirmed_by" = runner ]; then
        turn_journal baked
    else
        confirm_switch
    fi
}

# patience_for_runner: how long the runner's own verdict may take, in ms.
patience_for_runner() {
    if [ "$confirmed_by" = runner ]; then echo 60000; else echo 0; fi
}

# switch_by_marker: one file made or unlinked moves all new requests. Only where our nginx files must
# change is there one reload before it, with the traffic left where it is.
switch_by_marker() {
    if ! wait "$site_job"; then
        set_marker "${from:-$color}"
        install_site "$color"
        if [ -n "$from" ]; then verify_front_door "$from" 10 || say "before the switch: $verdict"; fi
    fi
    set_marker "$color"
}

# switch_by_reload: the classic way; nginx resets some kept-alive connections at each reload.
switch_by_reload() {
    install_site "$color"
    set_marker "$color"
}

set_marker() {
    [ -d "$nginx_home" ] || install -d -m 0755 "$nginx_home" || take_back disk-full "$nginx_home could not be made." "Free some space on the host and run again."
    put_marker "$1" || take_back disk-full "The marker could not be written." "Free some space on the host and run again."
}

# install_site COLOR: our nginx files, tested and read by nginx; what fails its test does not stay.
install_site() {
    write_site "$1" || take_back disk-full "The nginx files could not be written." "Free some space on the host and run again."
    if ! is_site_current_after_reading "$1"; then
        write_site "$1" || take_back disk-full "The nginx files could not be written." "Free some space on the host and run again."
    fi
    nginx -t </dev/null 2>"$nginx_error" || take_back nginx-config-invalid \
        "nginx refuses its configuration with our files in it: $(nginx_complaint)" "$(complaint_remedy)"
    [ "$reloads" != 0 ] || resets_before=$(tcp_resets)
    reloads=$((reloads + 1))
    reload_nginx || take_back nginx-config-invalid "nginx did not take its new configuration over: its old workers go on." "Look at 'systemctl status nginx' and nginx's error log on the host."
    say "nginx read its configuration anew"
}

# complaint_remedy: what to do about nginx's complaint.
complaint_remedy() {
    case $(nginx_complaint) in
        *'unknown log format'*) echo "Your server block is read before $site_conf, which it needs: move it into a file that nginx reads later (sites-enabled, or a later name in conf.d)." ;;
        *) echo "Mend what it names, then run again." ;;
    esac
}

# is_site_current_after_reading COLOR: only with our files in place can nginx tell what an include site's
# server block inherits, which our text depends on; and where the front door is now.
is_site_current_after_reading() {
    read_nginx_config || return 0
    find_front_door
    is_site_current "$1"
}

# take_back REASON MESSAGE REMEDY: everything as before, the old side verified, the new color stopped. What
# cannot be put back (a full disk) does not keep the rest from it: hence set +e. The one switch that cannot be
# taken back is the first into an include site once nginx has read it: without live.conf nginx refuses its
# configuration, so the new release stays and serves what reaches it.
take_back() {
    set +e
    trap '' TERM INT
    if [ "$site" = include ] && [ -z "$from" ] && [ "$reloads" -gt 0 ] && [ ! -e "$before/live.conf" ]; then
        confirm_switch
        remove_file "$measuring"
        fail "$1" "$2 It was not taken back: without $live_conf nginx would refuse its configuration, so $release keeps running ($color)." "$3"
    fi
    restore_before
    reload_what_was_put_back
    read_nginx_config || :
    find_front_door
    if [ -z "$from" ]; then
        restored="What was there before is back"
    elif verify_front_door "$from" 3; then
        restored="The switch was taken back: $from serves again"
    else
        restored="The switch was taken back, but then $verdict"
    fi
    leave_color "$color"
    turn_journal restored "$2"
    disarm_deadline
    remove_file "$measuring"
    tell taken-back yes
    fail "$1" "$2 $restored." "$3"
}
