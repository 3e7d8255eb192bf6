# inspect: what is there, in one exec; changes nothing but a switch that an earlier run left open.
# Takes app, ports, java, class-version, jar-sha256, jar-bytes, health and site parameters, switch.
# Tells live-color, live-release, live-proof (none | proven | down | mismatch), the live release's hashes,
# jar-at, what differs, disk, memory, drift, findings, and reload-advice: what makes a reload lossy here. Fails as
# host-unfit, nginx-missing, nginx-config-invalid, java-missing, java-too-old, disk-full, port-taken, not-ours,
# front-door-mismatch.
stage_inspect() {
    begin_change
    inspect_tools
    inspect_nginx
    repair "was not confirmed by the run that switched to it"
    inspect_java
    inspect_live
    inspect_idle
    inspect_room
    inspect_ownership
}

inspect_tools() {
    missing=''
    for tool in systemctl systemd-run journalctl curl flock ss awk sha256sum useradd pgrep; do
        command -v "$tool" >/dev/null || missing="$missing $tool"
    done
    [ -z "$missing" ] || fail host-unfit "The host lacks:$missing." "Install them (packages systemd, curl, util-linux, iproute2, procps, coreutils, passwd) and run again."
    [ -d /run/systemd/system ] || fail host-unfit "The host was not booted with systemd." "Use a host that runs systemd."
    need_systemd_version
}

# need_systemd_version: units that clean up after themselves (systemd-run --collect) came with systemd 236.
need_systemd_version() {
    systemd_version=$(systemctl --version </dev/null | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
    [ "${systemd_version:-0}" -ge 236 ] || fail host-unfit "The host has systemd ${systemd_version:-of an unknown version}, and 236 is needed." "Use a host with a newer distribution, such as Amazon Linux 2023."
}

inspect_nginx() {
    command -v nginx >/dev/null ||
        fail nginx-missing "nginx is not installed on the host. Nothing was changed." "Install it (apt-get install nginx, or dnf install nginx) and run again."
    tell nginx "$(nginx_version)"
    if ! read_nginx_config && ! { repair "was not confirmed by the run that switched to it" && read_nginx_config; }; then
        if waits_for_first_deploy; then
            say "nginx's configuration waits for $live_conf, which this deploy brings"
        else
            grep -v '^$' "$nginx_error" | head -n 5 | tell_lines log
            fail nginx-config-invalid "nginx refuses its configuration as it is on the host, before anything was changed: $(nginx_complaint)" \
                "Mend it until 'nginx -t' passes on the host, then run again."
        fi
    elif [ "$site" = include ]; then
        [ -n "$(nginx_fact ours-listen)$(nginx_fact ours-name)" ] || is_included ||
            fail front-door-mismatch "No server block of nginx includes $live_conf, so no request would reach a release. Nothing was changed." \
                "Put 'include $live_conf;' into your server block and 'proxy_pass \$service_url;' into its location, or use site: managed."
        [ -z "$(nginx_fact ours-other-app)" ] || fail front-door-mismatch \
            "The server block of $app also includes $(nginx_fact ours-other-app | head -n 1): two apps can't share one server block." "Give each app a server block of its own."
        nginx_fact ours-finding | tell_lines finding
        case $(nginx_fact ours-open-file-cache) in '' | off) ;; *) tell finding "open_file_cache in the server block delays every switch: set it off there" ;; esac
    fi
    reload_advice | tell_lines reload-advice
    find_front_door
}

# waits_for_first_deploy: whether the one thing nginx misses is our own include file.
waits_for_first_deploy() {
    [ "$site" = include ] && [ ! -e "$live_conf" ] && grep -qF "open() \"$live_conf\" failed" "$nginx_error"
}

# is_included: our include may stand in a snippet, which nginx -T shows apart from its server block.
is_included() {
    grep -qF "include $live_conf;" "$scratch/nginx-dump"
}

inspect_java() {
    java_path=$(command -v "$java" 2>/dev/null) ||
        fail java-missing "'$java' is not on the host." "Install a Java runtime (apt-get install openjdk-17-jre-headless), or give its path as the input java."
    java_version=$("$java_path" -version 2>&1 </dev/null | sed -n 's/.*version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' | head -n 1)
    tell java "${java_version:-unknown}"
    if [ -n "$java_version" ] && [ "$class_version" -gt "$((java_version + 44))" ]; then
        fail java-too-old "The jar's classes need Java $((class_version - 44)), and '$java' on the host is Java $java_version. Nothing was changed." \
            "Install Java $((class_version - 44)) or newer on the host, or build the jar for Java $java_version."
    fi
}

inspect_live() {
    live=$(live_color)
    tell live-color "$live"
    if [ -z "$live" ]; then
        tell live-proof none
        check_no_orphan
        return 0
    fi
    check_live_settings
    live_release=$(release_of "$live")
    tell live-release "$live_release"
    tell live-sha256 "$(release_fact "$live_release" jarSha256)"
    tell live-env-sha256 "$(sha256sum 2>/dev/null <"$releases/$live_release/env" | cut -d' ' -f1)"
    tell live-launch-sha256 "$(sha256sum 2>/dev/null <"$releases/$live_release/launch.conf" | cut -d' ' -f1)"
    if is_site_current "$live" && is_unit_current; then tell settings same; else tell settings differ; fi
    if prove_release "$live"; then
        if is_served_by "$live"; then
            tell live-proof proven
        else
            tell live-proof mismatch
            tell drift "$(describe_knock), but $live_release ($live) should"
        fi
    elif [ "$?" = 2 ]; then
        tell live-proof down
        tell drift "$live_release ($live) should serve, but $proof"
    else
        tell live-proof mismatch
        tell drift "$proof"
    fi
}

# check_no_orphan: a unit is enabled only by a switch; if one runs while our nginx files are gone, nginx may
# still send it traffic from memory.
check_no_orphan() {
    for orphan in blue green; do
        if systemctl -q is-enabled "$unit@$orphan.service" </dev/null 2>/dev/null && [ "$(unit_property "$orphan" ActiveState)" = active ]; then
            fail front-door-mismatch "$unit@$orphan runs and was switched to, but nginx's files for $app are gone. Nothing was changed." \
                "Put $site_conf and $live_conf back, or, if nothing goes to it any more, run on the host: systemctl disable --now $unit@$orphan"
        fi
    done
}

# check_live_settings: what the live color would be restarted with must stay while it is live.
check_live_settings() {
    installed_user=$(sed -n 's/^User=//p' "$unit_file" 2>/dev/null)
    if [ -n "$installed_user" ] && [ "$installed_user" != "$app_user" ]; then
        fail input-invalid "The live release runs as the user $installed_user, and app-user is now $app_user, who could not restart it." "Leave app-user at $installed_user."
    fi
    installed_management_port=$(sed -n "s/^ *$live) port=[0-9]* management_port=\([0-9]*\) .*/\1/p" "$launcher" 2>/dev/null)
    if [ -e "$launcher" ] && [ "$installed_management_port" != "$(management_port_of "$live")" ]; then
        fail input-invalid "The live color $live has the management port ${installed_management_port:-none}, but $live-management-port is now $(management_port_of "$live")." \
            "Leave it as it is for this deploy; it can be changed while $live is idle."
    fi
    installed_port=$(sed -n "/^upstream $app-$live {/,/}/s/.*server 127\.0\.0\.1:\([0-9]*\) max_fails=0;/\1/p" "$site_conf")
    if [ -n "$installed_port" ] && [ "$installed_port" != "$(port_of "$live")" ]; then
        fail input-invalid "The live color $live runs on port $installed_port, but $live-port is now $(port_of "$live")." \
            "Leave $live-port at $installed_port for this deploy; it can be changed while $live is idle."
    fi
}

inspect_idle() {
    idle=$(other_color "${live:-green}")
    idle_listeners=$(port_listeners "$(port_of "$idle")")
    idle_pid=$(unit_property "$idle" MainPID)
    if [ -n "$idle_listeners" ] && [ "$idle_listeners" != "$idle_pid" ]; then
        fail port-taken "The idle port $(port_of "$idle") ($idle) is held by $(describe_process "$idle_listeners"), which is not ours. Nothing was changed." \
            "Stop that process, or give another $idle-port."
    fi
    if [ "$idle_pid" != 0 ] && [ -n "$live" ]; then
        tell drift "the idle color $idle is running ($(release_of "$idle")), left by an earlier run; the next new release replaces it"
    fi
}

inspect_room() {
    free_bytes=$(df -Pk "$releases" | awk 'NR == 2 { printf "%.0f", $4 * 1024 }')
    tell disk-free "$free_bytes"
    tell memory-available "$(awk '/^MemAvailable:/ { printf "%.0f", $2 * 1024 }' /proc/meminfo)"
    jar_at=''
    for folder in "$releases"/*-"$(printf '%s' "$jar_sha256" | cut -c1-8)"; do
        if [ "$(sha256sum 2>/dev/null <"$folder/app.jar" | cut -d' ' -f1)" = "$jar_sha256" ]; then jar_at=${folder##*/}; fi
    done
    tell jar-at "$jar_at"
    needed_bytes=$((jar_bytes + 16777216))
    if [ -z "$jar_at" ] && [ "$free_bytes" -lt "$needed_bytes" ]; then
        fail disk-full "The disk of $releases has $((free_bytes / 1048576)) MiB left, and the jar needs $((needed_bytes / 1048576)) MiB. Nothing was changed." \
            "Free some space on the host (old releases are in $releases) and run again."
    fi
}

# inspect_ownership: what later stages would refuse to touch is said before anything is sent.
inspect_ownership() {
    need_ours "$unit_file"
    need_ours "$site_conf"
    need_ours "$live_conf"
}
