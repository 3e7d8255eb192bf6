# A look that changes nothing: it takes no lock and writes nothing but its scratch folder. What a deploy would mend is
# told as drift, what it would be refused for as obstacles. Its one trace is nginx's log of the knocks at the front door.

# heed CHECK [WORD...]: a check that ends a deploy where it fails. What it fails with is told as obstacle-reason,
# obstacle-message and obstacle-remedy, and the look goes on; variables that it sets are lost.
heed() {
    set +e
    (
        set -e
        "$@"
    ) >"$scratch/heeded"
    heeded_status=$?
    set -e
    sed -e '/^@traffic=/d' -e 's/^@\(reason\|message\|remedy\)=/@obstacle-\1=/' "$scratch/heeded"
    if [ "$heeded_status" != 0 ] && ! grep -q '^@reason=' "$scratch/heeded"; then
        tell missing "the check $1 broke off on the host (status $heeded_status), so that nobody knows what it would have said"
    fi
}

# look_at_config: what nginx says of its configuration. Sets config_read to yes where it could be asked: an nginx that
# does not run would leave a pid file behind; and takes_over where a tutorial's set-up serves. And from where the front
# door is.
look_at_config() {
    config_read='' takes_over=''
    if ! command -v nginx >/dev/null; then
        heed need_nginx
    elif ! systemctl -q is-active nginx.service </dev/null; then
        tell nginx "$(nginx_version)"
        tell missing "nginx does not run, and asking it for its configuration would leave files behind: what that says was not looked at"
    else
        tell nginx "$(nginx_version)"
        if read_nginx_config; then
            config_read=yes
            if find_tutorial; then
                takes_over=yes
                heed refuse_tutorial
            elif [ "$site" = include ]; then
                heed inspect_include
            fi
        elif waits_for_first_deploy; then
            say "nginx's configuration waits for $live_conf, which the first deploy brings"
        elif are_nginx_files_broken; then
            tell drift "nginx refuses its configuration over a file of the app that was edited by hand; the next deploy writes it again: $(nginx_complaint)"
        elif is_unconfirmed; then
            tell drift "nginx refuses its configuration while a switch is not confirmed; the next deploy ends the switch first: $(nginx_complaint)"
        else
            heed refuse_nginx_config
        fi
    fi
    find_front_door
}

# look_at_live: which color is live, by nginx's files (live) and by what the next deploy would go by (files_color).
look_at_live() {
    look_at_switch
    look_at_candidate
    name_edits
    look_at_nginx
    live=$(live_color)
    proof='' live_proof='' files_color='' live_release=''
    tell live-color "$live"
    if [ -z "$live" ]; then
        tell live-proof none
        return 0
    fi
    live_release=$(release_of "$live")
    tell live-release "$live_release"
    mend_drift
}

# look_at_switch: one that is not confirmed. Tells switch-state, switch-release, switch-from, switch-to, switch-at,
# switch-left (ms of its bake), and switch-kept: whether its run or a unit of the host looks after it.
look_at_switch() {
    is_unconfirmed || return 0
    tell switch-state "$(journal_fact state)"
    tell switch-release "$(journal_fact release)"
    tell switch-from "$(journal_fact from)"
    tell switch-to "$(journal_fact to)"
    tell switch-at "$(journal_fact switched-at)"
    switch_until=$(journal_fact bake-until)
    if [ "$(journal_fact state)" = baking ] && [ -n "$switch_until" ]; then tell switch-left "$((switch_until - $(uptime_ms)))"; fi
    if is_held || systemctl is-active "$unit-watch.service" "$unit-deadline.timer" "$unit-deadline.service" </dev/null 2>/dev/null | grep -qx active; then
        tell switch-kept yes
    else
        tell drift "the switch to $(journal_fact release) was not confirmed by the run that began it, and nobody looks after it; the next deploy ends it: it keeps the release where it serves, or takes the traffic back"
    fi
}

# look_at_candidate: a release that a run started and did not switch to.
look_at_candidate() {
    if [ -e "$candidate" ] && ! is_held; then
        tell drift "$(candidate_fact release) ($(candidate_fact color)) was started by a run that is gone, and not switched to; the next deploy stops it"
    fi
}

# is_held: whether a run holds the lock, by what it wrote when it took it: to try the lock is to take it for a moment.
is_held() {
    lease_pid=$(lease_fact pid)
    [ -n "$lease_pid" ] && grep -qa nginx-bluegreen "/proc/$lease_pid/cmdline" 2>/dev/null
}

# look_at_holder: tells holder and holder-since.
look_at_holder() {
    is_held || return 0
    tell holder "$(lease_fact holder)"
    tell holder-since "$(lease_fact since)"
}

# look_at_history LINES: the last ones, oldest first.
look_at_history() {
    tail -n "$1" "$history" 2>/dev/null | cut -b1-4000 | sed 's/^/@history=/'
}

# look_at_room: disk and memory, free and in all, in bytes.
look_at_room() {
    tell_room
    tell disk-total "$(df -Pk "$(nearest_place "$releases")" 2>/dev/null </dev/null | awk 'NR == 2 { printf "%.0f", $2 * 1024 }')"
    tell memory-total "$(awk '/^MemTotal:/ { printf "%.0f", $2 * 1024 }' /proc/meminfo)"
}

# live_since RELEASE: when the switch to it was confirmed, or was made; nothing where that is not known.
live_since() {
    since_good=$(sed -n 's/^at=//p' "$releases/$1/good" 2>/dev/null || :)
    if [ -n "$since_good" ]; then
        echo "$since_good"
    elif [ "$(journal_fact release)" = "$1" ]; then
        as_date "$(journal_fact switched-at)"
    fi
}

# as_date MILLISECONDS: since 1970, as ISO 8601; nothing for nothing.
as_date() {
    [ -z "$1" ] || date -u -d "@$(($1 / 1000))" +%Y-%m-%dT%H:%M:%SZ
}
