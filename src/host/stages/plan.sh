# plan: what a deploy would find and write; changes nothing and takes no lock. Takes what inspect takes, and salt (of
# the environment's digests); without jar-sha256 there is no jar yet. Tells what inspect tells, and obstacle-reason,
# obstacle-message, obstacle-remedy (each a refusal of the deploy), tutorial, missing, live-port, live-actor, live-created-at,
# live-since, live-record (lines of its release.json), live-launch (of its launch.conf), environment (`KEY digest`),
# unit and site (lines of diffs), history, switch-… and holder.
stage_plan() {
    tell host-time "$(now_ms)"
    heed need_tools
    if grep -q '^@reason=' "$scratch/heeded"; then
        tell missing "nothing else on the host could be looked at without these"
        return 0
    fi
    heed need_own_home
    revive_nginx
    look_at_config
    heed inspect_java
    look_at_live
    plan_from_live
    idle=$(other_color "${live:-green}")
    idle_pid=$(process_of "$idle")
    [ -n "$takes_over" ] || heed inspect_idle
    look_at_room
    find_jar
    tell jar-at "$jar_at"
    [ -n "$jar_at" ] || tell_pieces
    if [ -z "$jar_sha256" ] || [ -n "$force" ] || ! is_unchanged; then
        heed inspect_room
        heed inspect_memory
    else
        tell unchanged yes
    fi
    heed need_own_user
    for own_file in "$unit_file" "$site_conf" "$live_conf" "$guard_file"; do heed need_ours "$own_file"; done
    plan_files
    look_at_holder
    look_at_history 60
}

# plan_from_live: what the deploy takes as live, and what it checks there.
plan_from_live() {
    if [ -z "$live" ]; then
        heed check_no_orphan
        heed check_new_door
        return 0
    fi
    named_color=$live live=$files_color
    live_release=$(release_of "$live")
    tell live-color "$live"
    tell live-release "$live_release"
    tell_live_adopted
    if systemctl -q is-failed nginx.service </dev/null; then
        tell live-proof down
    elif [ -z "$door_fault" ] && [ "$named_color" != "$live" ]; then
        live_proof=proven # by mend_drift, which would put nginx's files there
        tell live-proof proven
    else
        tell_live_proof
    fi
    heed check_live_settings
    tell live-port "$(installed_port "$live")"
    tell_origin live "$live_release"
    tell live-created-at "$(release_fact "$live_release" createdAt)"
    tell live-since "$(live_since "$live_release")"
    head -c 262144 "$releases/$live_release/release.json" 2>/dev/null | cut -b1-60000 | sed 's/^/@live-record=/'
    cut -b1-2000 "$releases/$live_release/launch.conf" 2>/dev/null | head -n 2000 | sed 's/^/@live-launch=/'
    tell_environment "$releases/$live_release/env"
}

# tell_environment FILE: each key with the digest of the salt and its value. The file is the app's to write: it is read
# within bounds.
tell_environment() {
    [ -e "$1" ] || return 0
    mkdir "$scratch/values"
    head -c 65536 "$1" | awk -v salt="$salt" -v folder="$scratch/values" '
        match($0, /^[A-Za-z_][A-Za-z0-9_]*=/) {
            value = folder "/" NR
            printf "%s%s", salt, substr($0, RLENGTH + 1) >value
            close(value)
            print NR, substr($0, 1, RLENGTH - 1)
        }' >"$scratch/keys"
    find "$scratch/values" -type f -exec sha256sum {} + | sed 's|  .*/| |' |
        awk 'NR == FNR { key[$1] = $2; next } { print key[$2], $1 }' "$scratch/keys" - | sort | sed 's/^/@environment=/'
    rm -r "$scratch/values"
}

# plan_files: how the files that a deploy would write differ from what is there.
plan_files() {
    unit_text | tell_diff unit "$unit_file"
    launcher_text | tell_diff unit "$launcher"
    if [ -n "$config_read" ]; then
        site_conf_text | tell_diff site "$site_conf"
        live_conf_text "${live:-$idle}" | tell_diff site "$live_conf"
    else
        tell missing "how nginx's files would change depends on its configuration, which was not read"
    fi
}

# tell_diff KEY FILE: from FILE to stdin, in unified form, with the file's name in place of the first two lines.
tell_diff() {
    cat >"$scratch/planned"
    planned_from=$2
    [ -e "$2" ] || planned_from=/dev/null
    ! cmp -s "$planned_from" "$scratch/planned" || return 0
    if command -v diff >/dev/null; then
        { diff -u "$planned_from" "$scratch/planned" || :; } | sed -e 1,2d -e "s|^@@ .* @@\$|& $2|" | head -n 400 | cut -b1-500 | sed "s/^/@$1=/"
    else
        tell "$1" "@@ $2 would be written anew; diff is not on the host, so that the lines cannot be shown @@"
    fi
}
