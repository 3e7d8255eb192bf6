# A live release whose unit was stopped is started again: it was proven good, and nothing else serves as soon.

# revive_live: where the front door is served by nobody, or by a release that was never switched to, standing in as the
# backup of the live one. Takes files_color, settled and door_color, and renews files_color and door_color.
revive_live() {
    if [ -z "$door_color" ] || { [ "$door_color" != none ] && [ "$settled" != "$files_color" ]; }; then return 0; fi
    revived=$settled
    [ "$settled" = "$files_color" ] || revived="$settled $files_color"
    for revived_color in $revived; do
        if can_be_started "$revived_color"; then
            if [ -n "$only_looks" ]; then
                tell drift "$unit@$revived_color, the unit of the live release $(release_of "$revived_color"), is stopped; the next deploy starts it again"
                return 0
            fi
            start_again "$revived_color"
            files_color=$(live_color)
            look_at_door
            [ "$door_color" = none ] || return 0
        fi
    done
}

# can_be_started COLOR: whether its unit is down, systemd is not starting it by itself, and its release is whole and
# runs on the port we are told.
can_be_started() {
    [ -n "$(release_of "$1")" ] || return 1
    case $(unit_property "$1" ActiveState) in inactive | failed) ;; *) return 1 ;; esac
    startable_jar=$releases/$(release_of "$1")/app.jar
    [ "$(installed_port "$1")" = "$(port_of "$1")" ] || return 1
    sum_of "$startable_jar"
    [ -n "$summed" ] && [ "$summed" = "$(release_fact "$(release_of "$1")" jarSha256)" ]
}

# start_again COLOR: starts it, and waits until it is healthy. Where another color serves as the backup meanwhile, the
# marker holds the traffic there until then: a port opens before the app is ready.
start_again() {
    stood_in=$(other_color "$1")
    if [ "$door_color" = "$stood_in" ] && is_marker_form && prove_release "$stood_in"; then
        put_marker "$stood_in" || cannot_write "$marker"
    fi
    say "$(release_of "$1") ($1) is the live release and was stopped: starting it again"
    forget_host
    systemctl reset-failed "$unit@$1.service" </dev/null >/dev/null 2>&1 || :
    if systemctl start "$unit@$1.service" </dev/null >/dev/null 2>&1 && await_health "$1" && prove_release "$1"; then
        if is_marker_form; then put_marker "$1" || cannot_write "$marker"; fi
        tell_mended "$unit@$1, the unit of the live release $(release_of "$1"), was stopped; it was started again"
    else
        tell drift "$unit@$1, the unit of the live release $(release_of "$1"), was stopped and could not be started again (health: $(explain_probe)); a new release heals it"
        systemctl stop "$unit@$1.service" </dev/null >/dev/null 2>&1 || :
    fi
}

# await_health COLOR: 1 when it ends or is not healthy in time.
await_health() {
    probe_status=000
    await_until=$(($(uptime_ms) + health_timeout))
    until probe "$1"; do
        [ "$(unit_property "$1" ActiveState)" = active ] || return 1
        [ "$(uptime_ms)" -lt "$await_until" ] || return 1
        sleep "$(seconds "$health_interval")"
    done
}
