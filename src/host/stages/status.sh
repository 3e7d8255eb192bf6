# status: how the host is; changes nothing and takes no lock. Takes app; ports, health and site parameters, which those
# of the last switch stand in for where there was one. Tells host-time, nginx, nginx-state, live-color, live-release,
# live-proof (none | proven | down | mismatch), fault (why it is not proven) and remedy, seen (what the last knock saw), switch-…
# (as look_at_switch), holder, drift, finding, missing, obstacle-…, disk-free, disk-total, memory-available,
# memory-total, history; and of each color (blue-…, green-…): release, port, state, since (ms since 1970), pid,
# restarts, resident (KiB), enabled, adopted (a jar in place of a release), health (what it answered), healthy (yes or
# no), bad, live-since, and where the release comes from. Fails as host-unfit.
stage_status() {
    tell host-time "$(now_ms)"
    need_tools
    heed need_own_home
    load_switch_settings
    revive_nginx
    look_at_config
    tell nginx-state "$(systemctl show --value -p ActiveState nginx.service </dev/null)"
    door_line='' door_status='' door_proxied='' door_upstream=''
    look_at_live
    [ -z "$live" ] || tell_live_proof
    [ -z "$door_status" ] || tell seen "$(describe_knock)"
    for shown_color in blue green; do tell_color "$shown_color"; done
    look_at_holder
    look_at_room
    look_at_history 10
}

# load_switch_settings: what the host was last switched with says how it is asked, whatever this call was told.
load_switch_settings() {
    [ -e "$settings" ] || return 0
    while IFS= read -r pair; do
        value=${pair#*=}
        case ${pair%%=*} in
            blue-port) blue_port=$value ;;
            green-port) green_port=$value ;;
            blue-management-port) blue_management_port=$value ;;
            green-management-port) green_management_port=$value ;;
            health-path) health_path=$value ;;
            health-port) health_port=$value ;;
            switch) switch_mode=$value ;;
            site) site=$value ;;
            server-name) server_name=$value ;;
            listen) listen=$value ;;
            tls-certificate) tls_certificate=$value ;;
            tls-key) tls_key=$value ;;
        esac
    done <"$settings"
}

# tell_color COLOR: its release, its unit, its health.
tell_color() {
    color_release=$(release_of "$1")
    tell "$1-release" "$color_release"
    tell "$1-port" "$(port_of "$1")"
    color_state=$(unit_property "$1" ActiveState)
    color_pid=$(process_of "$1")
    active_since=$(unit_property "$1" ActiveEnterTimestampMonotonic)
    if is_adopted "$1"; then
        tell "$1-adopted" "$(name_of "$1")"
        if is_up "$1"; then color_state=adopted active_since=$(($(adopted_fact "$1" start) * 10000)); else color_state=inactive; fi
    fi
    tell "$1-state" "$color_state"
    tell "$1-restarts" "$(unit_property "$1" NRestarts)"
    if systemctl -q is-enabled "$unit@$1.service" </dev/null 2>/dev/null; then tell "$1-enabled" yes; fi
    if [ "${color_pid:-0}" != 0 ]; then
        tell "$1-pid" "$color_pid"
        tell "$1-resident" "$(resident_memory "$color_pid")"
        tell "$1-since" "$(($(now_ms) - $(uptime_ms) + ${active_since:-0} / 1000))"
        if probe "$1"; then tell "$1-healthy" yes; else tell "$1-healthy" no; fi
        tell "$1-health" "$(explain_probe)"
    fi
    [ -n "$color_release" ] || return 0
    for origin in ref commit actor runUrl; do
        tell "$1-$(printf '%s' "$origin" | sed 's/U/-u/')" "$(release_fact "$color_release" "$origin")"
    done
    tell "$1-live-since" "$(live_since "$color_release")"
    tell "$1-bad" "$(sed -n 's/^why=//p' "$releases/$color_release/bad" 2>/dev/null)"
}
