# switch: moves the front door to the color, as one transaction: journal, install, test, apply, verify,
# else everything back and the old side verified. Takes app, release, color, switch, site parameters.
# Tells from, switched-at (ms since 1970), reloads, tcp-resets-before (sent by the host since its boot, told when
# there was a reload). Fails as nginx-config-invalid, front-door-mismatch, not-ours, disk-full.
stage_switch() {
    begin_change
    read_nginx_config || repair
    read_nginx_config || [ ! -e "$live_conf" ] || fail nginx-config-invalid \
        "nginx refuses its configuration: $(nginx_complaint)" "Mend it until 'nginx -t' passes on the host, then run again."
    repair
    from=$(live_color)
    find_front_door
    need_ours "$site_conf"
    need_ours "$live_conf"
    keep_before || cannot_write "$before"
    open_journal "$from" "$color" || cannot_write "$journal"
    trap 'take_back host-error "The switch was interrupted." "Run again."' TERM INT
    reloads=0 resets_before=$(tcp_resets)
    tell switched-at "$(now_ms)"
    systemctl enable --no-reload "$unit@$color.service" </dev/null >/dev/null 2>&1 || take_back host-error "The unit $unit@$color could not be enabled." "Look at systemctl enable $unit@$color on the host."
    if [ "$switch_mode" = instant ]; then switch_by_marker; else switch_by_reload; fi
    verify_front_door "$color" "$(enough_knocks "$reloads")" || take_back front-door-mismatch \
        "nginx was switched to $color, but $verdict." \
        "Look for another server block or a fixed proxy_pass on the host (nginx -T); with site: include the location needs 'proxy_pass \$service_url;', and no login may stand in front of $health_path."
    close_journal switched || take_back disk-full "The journal could not be written." "Free some space on the host and run again."
    tell reloads "$reloads"
    [ "$reloads" = 0 ] || tell tcp-resets-before "$resets_before"
    say "front door: $verdict"
}

# switch_by_marker: one file made or unlinked moves all new requests. Only where our nginx files must
# change is there one reload before it, with the traffic left where it is.
switch_by_marker() {
    if ! is_site_current "$color"; then
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
    install -d -m 0755 "$nginx_home" || take_back disk-full "$nginx_home could not be made." "Free some space on the host and run again."
    if [ "$1" = green ]; then
        [ -e "$marker" ] || : | put_file "$marker" 0644 || take_back disk-full "The marker could not be written." "Free some space on the host and run again."
    else
        remove_file "$marker"
    fi
}

# install_site COLOR: our nginx files, tested and read by nginx; what fails its test does not stay.
install_site() {
    write_site "$1" || take_back disk-full "The nginx files could not be written." "Free some space on the host and run again."
    if ! is_site_current_after_reading "$1"; then
        write_site "$1" || take_back disk-full "The nginx files could not be written." "Free some space on the host and run again."
    fi
    nginx -t </dev/null 2>"$nginx_error" || take_back nginx-config-invalid \
        "nginx refuses its configuration with our files in it: $(nginx_complaint)" "$(complaint_remedy)"
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
    if [ "$site" = include ] && [ -z "$from" ] && [ "$reloads" -gt 0 ]; then
        close_journal switched
        remove_file "$measuring"
        fail "$1" "$2 It was not taken back: without $live_conf nginx would refuse its configuration, so $release keeps running ($color)." "$3"
    fi
    restore_before
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
    close_journal restored
    remove_file "$measuring"
    tell taken-back yes
    fail "$1" "$2 $restored." "$3"
}
