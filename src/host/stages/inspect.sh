# inspect: what is there, in one exec; changes nothing but what an earlier run left open, or other hands changed of ours.
# Takes app, ports, java, class-version, jar-sha256, jar-bytes, env-sha256, launch-sha256, heap-max and heap-start
# (bytes), heap-share (of 10,000), force (yes or nothing), health and site parameters, switch.
# Tells host-time (ms since 1970), mended (what was), drift (what was not), remedy (of a mismatch), live-color,
# live-release, live-proof (none | proven | down | mismatch), unchanged (yes, or nothing), jar-at, pieces (of
# the jars there, unless jar-at), disk-free, memory-available, findings, and reload-advice: what makes a reload lossy
# here. Fails as host-unfit, nginx-missing, nginx-config-invalid, java-missing, java-too-old, disk-full, memory-short,
# port-taken, not-ours, front-door-mismatch.
stage_inspect() {
    tell host-time "$(now_ms)"
    begin_change
    begin_java
    know_host
    revive_nginx
    inspect_nginx
    repair "was not confirmed by the run that switched to it"
    stop_left_candidate "left by an earlier run"
    inspect_java
    # Java may take long to answer, and an app may have died meanwhile.
    if [ -z "$known_units" ] || [ "$(($(uptime_ms) - known_at))" -ge 300 ]; then know_host; fi
    inspect_live
    inspect_idle
    tell_room
    if [ -n "$force" ] || ! is_unchanged; then
        inspect_room
        [ -n "$jar_at" ] || tell_pieces
        inspect_memory
    else
        tell unchanged yes
    fi
    inspect_ownership
}

inspect_nginx() {
    need_nginx
    know_nginx
    tell nginx "$(nginx_version)"
    if ! read_nginx_config && ! { repair "was not confirmed by the run that switched to it" && read_nginx_config; } && ! mend_nginx_files; then
        if waits_for_first_deploy; then
            say "nginx's configuration waits for $live_conf, which this deploy brings"
        else
            refuse_nginx_config
        fi
    else
        need_no_tutorial
        [ "$site" != include ] || inspect_include
    fi
    reload_advice | tell_lines reload-advice
    find_front_door
}

need_nginx() {
    command -v nginx >/dev/null ||
        fail nginx-missing "nginx is not installed on the host. Nothing was changed." "Install it (command: setup does, or apt-get install nginx, or dnf install nginx) and run again."
}

refuse_nginx_config() {
    grep -v '^$' "$nginx_error" | head -n 5 | tell_lines log
    fail nginx-config-invalid "nginx refuses its configuration as it is on the host, before anything was changed: $(nginx_complaint)" \
        "Mend it until 'nginx -t' passes on the host, then run again."
}

# inspect_include: whether a server block of the user's includes the app, and what will bite in it.
inspect_include() {
    [ -n "$(nginx_fact ours-listen)$(nginx_fact ours-name)" ] || is_included ||
        fail front-door-mismatch "No server block of nginx includes $live_conf, so no request would reach a release. ${done_before:-Nothing was changed.}" \
            "Put 'include $live_conf;' into your server block and 'proxy_pass \$service_url;' into its location, or use site: managed."
    [ -z "$(nginx_fact ours-other-app)" ] || fail front-door-mismatch \
        "The server block of $app also includes $(nginx_fact ours-other-app | head -n 1): two apps can't share one server block." "Give each app a server block of its own."
    nginx_fact ours-finding | tell_lines finding
    case $(nginx_fact ours-open-file-cache) in '' | off) ;; *) tell finding "open_file_cache in the server block delays every switch: set it off there" ;; esac
}

# waits_for_first_deploy: whether the one thing nginx misses is our own include file.
waits_for_first_deploy() {
    [ "$site" = include ] && [ ! -e "$live_conf" ] && grep -qF "open() \"$live_conf\" failed" "$nginx_error"
}

# is_included: our include may stand in a snippet, which nginx -T shows apart from its server block.
is_included() {
    grep -qF "include $live_conf;" "$scratch/nginx-dump"
}

# inspect_ownership: what later stages would refuse to touch is said before anything is sent.
inspect_ownership() {
    need_ours "$unit_file"
    need_ours "$site_conf"
    need_ours "$live_conf"
}
