# The step `site` of setup: our nginx files, as a transaction of their own: kept, written, tested, read, verified, else
# everything back. One that was broken off is put back by the next stage, or by the guard at boot. While no release is
# live, live.conf leads nowhere: a managed site answers 503 until the first deploy.

look_site() {
    need_ours "$site_conf"
    need_ours "$live_conf"
    if [ -n "$takes_over" ] && [ -n "$only_looks" ]; then return 0; fi
    if ! command -v nginx >/dev/null; then
        planned="write $site_conf and $live_conf, and have nginx read them"
        return 0
    fi
    if [ -n "$only_looks" ] && { [ -e "$site_before/open" ] || is_unconfirmed; }; then
        planned="end what an earlier run left half done, then see that $site_conf and $live_conf are right"
        return 0
    fi
    read_nginx_config || waits_for_first_deploy || { [ -z "$only_looks" ] && mend_nginx_files; } || refuse_nginx_config
    find_front_door
    if is_site_current "$live"; then
        there="$site_conf and $live_conf are there"
    elif [ -n "$live" ]; then
        planned="write $site_conf and $live_conf anew and reload nginx once; the traffic stays with $live"
    else
        planned="write $site_conf and $live_conf$(describe_waiting)$(describe_default_site), and reload nginx once"
    fi
}

describe_waiting() {
    [ -z "$live" ] || return 0
    if [ "$site" = managed ]; then echo ', which answers 503 until the first deploy'; else echo ', which your server block can include from now on'; fi
}

describe_default_site() {
    if [ "$site" = managed ] && [ -n "$(stock_default_site)" ]; then echo ", move the distribution's untouched default site to $replaced"; fi
}

do_site() {
    site_was_default=$(describe_default_site)
    site_resets=$(tcp_resets) site_reloads=0
    ! systemctl -q is-active nginx.service </dev/null || site_reloads=1
    put_site
    did="wrote $site_conf and $live_conf$(describe_waiting)"
    [ -z "$site_was_default" ] || did="$did; moved the distribution's untouched default site to $replaced"
    if [ "$site_reloads" = 1 ]; then
        sleep 1
        tell reloads 1
        tell tcp-resets "$(($(tcp_resets) - site_resets))"
        reload_advice | tell_lines reload-advice
        did="$did; nginx was reloaded once"
    else
        did="$did; nginx was started"
    fi
}

# put_site: both files for the live color, or for none.
put_site() {
    before=$site_before
    if ! keep_before || ! : | put_file "$before/open" 0600; then cannot_write "$before"; fi
    trap 'take_site_back host-error "Setup was interrupted while it wrote the files of nginx." "Run again."' TERM INT
    write_site "$live" || take_site_back disk-full "The nginx files could not be written." "Free some space on the host and run again."
    is_site_current_after_reading "$live" || write_site "$live" || take_site_back disk-full "The nginx files could not be written." "Free some space on the host and run again."
    nginx -t </dev/null 2>"$nginx_error" || take_site_back nginx-config-invalid \
        "nginx refuses its configuration with our files in it: $(nginx_complaint)" "$(complaint_remedy)"
    reload_nginx || take_site_back nginx-config-invalid "nginx did not take its new configuration over." "Look at 'systemctl status nginx' and nginx's error log on the host."
    verify_site || take_site_back front-door-mismatch "nginx has read the site, but $verdict." \
        "Look for another server block that takes its requests (nginx -T); a default_server of the same port does, where server-name is not the name that clients use."
    trap - TERM INT
    end_site_change
}

# verify_site: within 3 s a request reaches our server block, and through it the live release where one is proven; sets
# verdict. A block of the user's that does not include us yet is not asked.
verify_site() {
    if [ "$site" = include ] && [ -z "$(nginx_fact ours-listen)" ]; then return 0; fi
    if [ "${live_proof:-}" = proven ]; then
        verify_front_door "$live" "$(enough_knocks "$site_reloads")"
        return
    fi
    verify_until=$(($(uptime_ms) + 3000))
    while knock && [ -z "$door_line" ]; do
        if [ "$(uptime_ms)" -ge "$verify_until" ]; then
            verdict=$(describe_knock)
            return 1
        fi
        sleep 0.1
    done
}

# take_site_back REASON MESSAGE REMEDY
take_site_back() {
    set +e
    trap '' TERM INT
    restore_before
    reload_what_was_put_back
    end_site_change
    fail "$1" "$2 What was there before is back.${done_before:+ $done_before}" "$3"
}

end_site_change() {
    remove_file "$site_before/open"
    before=$state/before
    rm -rf "$site_before"
}

# put_site_back: the files of a setup that was broken off in put_site, as they were before it.
put_site_back() {
    [ -e "$site_before/open" ] || return 0
    before=$site_before
    restore_before || :
    end_site_change
    tell_mended "a setup that was broken off had begun to change the files of nginx; they are as they were before it"
}

# repair_site: the same, and nginx reads them.
repair_site() {
    [ -e "$site_before/open" ] || return 0
    put_site_back
    if nginx -t </dev/null >/dev/null 2>&1; then reload_nginx || :; fi
}
