# What is live, and whether the front door agrees.

inspect_live() {
    name_edits
    find_live
}

# find_live: the color that is live, put right where other hands changed it; sets live, live_proof and live_release.
find_live() {
    look_at_nginx
    live=$(live_color)
    live_proof='' live_release=''
    if [ -z "$live" ]; then
        tell live-color ''
        tell live-proof none
        check_no_orphan
        check_new_door
        return 0
    fi
    mend_drift
    live=$(live_color)
    tell live-color "$live"
    check_live_settings
    live_release=$(release_of "$live")
    tell live-release "$live_release"
    tell_live_adopted
    tell_origin live "$live_release"
    tell_live_proof
}

# tell_live_adopted: live-adopted, what serves where no release of ours does yet.
tell_live_adopted() {
    if is_adopted "$live"; then tell live-adopted "$(name_of "$live")"; fi
}

# tell_live_proof: whether what answers at the front door is the live release, nginx alone has the front door, and what
# is wrong with it.
tell_live_proof() {
    if [ -n "$door_fault" ]; then
        tell live-proof mismatch
        tell_fault "$door_fault"
        tell remedy "$door_remedy"
    elif prove_release "$live"; then
        if is_served_by "$live" || { sleep 0.2 && is_served_by "$live"; }; then
            live_proof=proven
            tell live-proof proven
            ! runs_from_deleted "$main_pid" "$live_release" ||
                tell drift "$releases/$live_release was deleted: $live_release serves on from what its process holds open, and could not be started again; a new release heals it"
        else
            tell live-proof mismatch
            tell_fault "$(describe_knock), but $(name_of "$live") ($live) should"
            ! is_adopted "$live" || tell remedy "Run once with command: setup, which ends what a take-over of the tutorial's set-up left to do."
        fi
    elif [ "$?" = 2 ]; then
        tell live-proof down
        tell_fault "$(name_of "$live") ($live) should serve, but $proof"
    else
        tell live-proof mismatch
        tell_fault "$proof"
    fi
}

# tell_fault TEXT: why the live release is not proven at the front door.
tell_fault() {
    tell fault "$1"
    tell drift "$1"
}

# is_unchanged: whether the live release is proven and has the jar, the environment, the launch options and the settings
# of this deploy, so that nothing is to be done.
is_unchanged() {
    [ "$live_proof" = proven ] && [ "$(release_fact "$live_release" jarSha256)" = "$jar_sha256" ] &&
        has_sha256 "$releases/$live_release/env" "$env_sha256" &&
        has_sha256 "$releases/$live_release/launch.conf" "$launch_sha256" &&
        is_site_current "$live" && is_unit_current
}

# has_sha256 FILE SHA256: of a file that may be the app's to write, and is not read without bounds.
has_sha256() {
    [ "$(stat -c %s "$1" 2>/dev/null || echo 0)" -le 1048576 ] &&
        { sum_of "$1" && [ "$summed" = "$2" ]; }
}

# check_new_door: before the first release nothing but nginx may have the port of the front door; nginx may be stopped.
check_new_door() {
    if [ -n "$door_fault" ] && [ "$(port_listeners "$door_port")" != '' ]; then
        fail front-door-mismatch "The front door cannot be trusted: $door_fault. ${done_before:-Nothing was changed.}" "$door_remedy"
    fi
}

# tell_origin WHO RELEASE: the run that it came with; WHO is live or target.
tell_origin() {
    { cat "$releases/$2/release.json" 2>/dev/null || :; } | awk -v who="$1" '
        match($0, /^ *"[A-Za-z]+": ".*",?$/) {
            key = $0; sub(/^ *"/, "", key); sub(/".*/, "", key)
            value = $0; sub(/^ *"[A-Za-z]+": "/, "", value); sub(/",?$/, "", value)
            if (!(key in is)) is[key] = value
        }
        END {
            n = split("repository ref commit workflow runId runNumber runUrl actor", keys, " ")
            for (i = 1; i <= n; i++) {
                name = keys[i]
                if (match(name, /[A-Z]/)) name = substr(name, 1, RSTART - 1) "-" tolower(substr(name, RSTART))
                printf "@%s-%s=%s\n", who, name, is[keys[i]]
            }
        }'
}

# check_no_orphan: a unit is enabled only by a switch; if one runs while our nginx files are gone, nginx may
# still send it traffic from memory.
check_no_orphan() {
    for orphan in blue green; do
        if systemctl -q is-enabled "$unit@$orphan.service" </dev/null 2>/dev/null && [ "$(unit_property "$orphan" ActiveState)" = active ]; then
            fail front-door-mismatch "$unit@$orphan runs and was switched to, but nginx's files for $app are gone. ${done_before:-Nothing was changed.}" \
                "Put $site_conf and $live_conf back, or, if nothing goes to it any more, run on the host: systemctl disable --now $unit@$orphan"
        fi
    done
}

# check_live_settings: what the live color would be restarted with must stay while it is live.
check_live_settings() {
    installed_user=$(sed -n 's/^User=//p' "$unit_file" 2>/dev/null || :)
    if [ -n "$installed_user" ] && [ "$installed_user" != "$app_user" ]; then
        fail input-invalid "The live release runs as the user $installed_user, and app-user is now $app_user, who could not restart it." "Leave app-user at $installed_user."
    fi
    installed_management_port=$(sed -n "s/^ *$live) port=[0-9]* management_port=\([0-9]*\) .*/\1/p" "$launcher" 2>/dev/null || :)
    if [ -e "$launcher" ] && [ "$installed_management_port" != "$(management_port_of "$live")" ]; then
        fail input-invalid "The live color $live has the management port ${installed_management_port:-none}, but $live-management-port is now $(management_port_of "$live")." \
            "Leave it as it is for this deploy; it can be changed while $live is idle."
    fi
    live_port=$(installed_port "$live")
    if [ -n "$live_port" ] && [ "$live_port" != "$(port_of "$live")" ]; then
        fail input-invalid "The live color $live runs on port $live_port, but $live-port is now $(port_of "$live")." \
            "Leave $live-port at $live_port for this deploy; it can be changed while $live is idle."
    fi
}
