# Taking a tutorial's set-up over: nginx goes by our files from now on, and sends everything to the very port that it went
# to before. One reload, no jar is touched. Whenever it is broken off, nginx's files lead to that port all the same.

# take_over_tutorial: after find_tutorial and need_take_over. Keeps a copy of every file that is changed in $replaced, and
# adopts the jars. Tells tutorial-done (sentences), reload-advice, reloads and tcp-resets (that this host sent around the
# reload: what it broke, at most); sets verdict. Fails as front-door-mismatch, port-taken, input-invalid,
# nginx-config-invalid, not-ours, disk-full, with everything as it was.
take_over_tutorial() {
    default_site=''
    [ "$site" != managed ] || default_site=$(stock_default_site)
    reload_advice | tell_lines reload-advice
    rehearse_take_over
    adopt_jars
    printf '%s\n' "$given_parameters" | put_file "$settings" 0600 || cannot_write "$settings"
    keep_replaced
    install -d -m 0755 "$nginx_home" || cannot_write "$nginx_home"
    put_marker "$tutorial_color" || cannot_write "$marker"
    write_site "$tutorial_color" || cannot_write "$site_conf"
    for taken_file in $(tutorial_files); do
        put_taken "$taken_file" "$(replaced_copy "$taken_file")" || give_back disk-full "$taken_file could not be written." "Free some space on the host and run again."
    done
    read_nginx_config || give_back nginx-config-invalid "nginx refuses its configuration with our files in it: $(nginx_complaint)" "$(complaint_remedy)"
    is_site_current "$tutorial_color" || write_site "$tutorial_color" || give_back disk-full "The nginx files could not be written." "Free some space on the host and run again."
    nginx -t </dev/null 2>"$nginx_error" || give_back nginx-config-invalid "nginx refuses its configuration with our files in it: $(nginx_complaint)" "$(complaint_remedy)"
    apply_take_over "$tutorial_color" ||
        give_back front-door-mismatch "nginx was led to $live_conf, but $verdict." "Look for another server block on the host (nginx -T), then run again."
    tell tutorial-done "nginx goes by $live_conf now and sends everything to port $tutorial_port as before. What the tutorial's scripts write into $(tutorial_fact source | head -n 1) has no effect any more"
    tell tutorial-done "until the first deploy nothing of ours starts the old jar again: after a reboot, or when it ends, it is started as it was before"
}

# is_take_over_unfinished: whether nginx does not go by our files although a jar was adopted: a take-over was broken off.
is_take_over_unfinished() {
    adopted_color=$(live_color)
    if [ -z "$adopted_color" ] || ! is_adopted "$adopted_color"; then return 1; fi
    find_front_door
    ! is_chosen "$adopted_color"
}

# finish_take_over: what a take-over that was broken off left to do: nginx may not have read its files yet.
finish_take_over() {
    nginx -t </dev/null 2>"$nginx_error" || fail nginx-config-invalid "nginx refuses its configuration: $(nginx_complaint)" "Mend it until 'nginx -t' passes on the host, then run again."
    apply_take_over "$adopted_color" || fail front-door-mismatch "The take-over of the tutorial's set-up was not finished, and $verdict." "Look at nginx's configuration on the host (nginx -T)."
}

# apply_take_over COLOR: the one reload, and the proof at the front door; sets verdict.
apply_take_over() {
    resets_before=$(tcp_resets)
    if ! reload_nginx; then
        verdict="nginx did not take its new configuration over: its old workers go on"
        return 1
    fi
    find_front_door
    verify_front_door "$1" "$(enough_knocks 1)" || return 1
    sleep 1
    tell reloads 1
    take_over_resets=$(($(tcp_resets) - resets_before))
    tell tcp-resets "$take_over_resets"
}

# need_take_over: refuses what cannot be taken over, before anything is changed.
need_take_over() {
    need_ours "$site_conf"
    need_ours "$live_conf"
    [ -n "$tutorial_port" ] || fail front-door-mismatch "nginx is set up as the tutorials do it, but which port serves could not be seen: requests through the front door reach none, or several. Nothing was changed." \
        "Start the jar and let it serve through nginx, then run again."
    [ -n "$tutorial_color" ] || fail input-invalid "The tutorial's jar serves on port $tutorial_port, which is neither blue-port ($blue_port) nor green-port ($green_port)." \
        "Give $tutorial_port as blue-port, and the other port of the tutorial's as green-port."
    read_jar_process "$tutorial_port" || fail port-taken "Port $tutorial_port, which serves, is held by $(describe_process "$(port_listeners "$tutorial_port")"), and not by one java -jar. Nothing was changed." \
        "What else serves cannot be adopted: start the jar itself on that port."
    if [ "$site" = managed ] && [ -n "$(tutorial_fact extra)" ]; then
        tutorial_fact extra | tell_lines finding
        fail front-door-mismatch "The tutorial's server block does more than pass requests on ($(tutorial_fact extra | head -n 3 | tr '\n' ';' | sed 's/;$//; s/;/; /g')), which a server block of ours would not do. Nothing was changed." \
            "Use site: include, which leaves your server block in place."
    fi
}

# adopt_jars: what serves, and an older jar of the same folder and user on the other port, which the first deploy ends.
adopt_jars() {
    how_started=$replaced/how-it-was-started
    install -d -m 0755 "$replaced" || cannot_write "$replaced"
    read_jar_process "$tutorial_port" || fail port-taken "The jar on port $tutorial_port has just ended. Nothing was changed." "Run again."
    put_adopted "$tutorial_color" || cannot_write "$adopted/$tutorial_color"
    { printf 'user: %s\nfolder: %s\ncommand:' "$jar_user" "$jar_cwd" && tr '\0' '\n' <"/proc/$jar_pid/cmdline" | sed "s/'/'\\\\''/g; s/.*/ '&'/" | tr -d '\n' && echo; } |
        put_file "$how_started" 0600 || cannot_write "$how_started"
    tell tutorial-done "adopted $(describe_jar), as $tutorial_color: the first deploy takes its place, and ends it then"
    older_color=$(other_color "$tutorial_color")
    if read_jar_process "$(port_of "$older_color")" && is_like_adopted; then
        put_adopted "$older_color" || cannot_write "$adopted/$older_color"
        tell tutorial-done "the idle jar on port $(port_of "$older_color") ($older_color) is from the same folder: the first deploy ends it before it starts its release there"
    fi
}
