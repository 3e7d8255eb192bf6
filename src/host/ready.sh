# Steps of setup that are short: the app's user, its unit, nginx as a service, the rotation of its log.

look_user() {
    need_own_user
    if getent passwd "$app_user" >/dev/null; then
        there="the system user $app_user is there"
    else
        planned="make the system user $app_user"
    fi
}

do_user() {
    ensure_user
    did="made the system user $app_user"
}

look_unit() {
    for own_file in "$unit_file" "$guard_file"; do need_ours "$own_file"; done
    if is_unit_current && guard_text | cmp -s - "$guard_file" && systemctl -q is-enabled "$unit-guard.service" </dev/null 2>/dev/null; then
        there="$unit_file is there"
    else
        planned="write $unit_file, its launcher and $unit-guard, which looks after a broken switch at boot"
    fi
}

do_unit() {
    install_unit
    install_guard
    did="wrote $unit_file, $launcher and $guard_file; what runs was not restarted"
}

look_service() {
    if systemctl -q is-enabled nginx.service </dev/null 2>/dev/null && systemctl -q is-active nginx.service </dev/null; then
        there='nginx runs, and starts at boot'
    else
        planned='have nginx run now and start at boot'
    fi
}

do_service() {
    systemctl enable nginx.service </dev/null >/dev/null 2>&1 || fail host-error "nginx.service could not be enabled." "Look at 'systemctl enable nginx' on the host."
    sync /etc/systemd/system/multi-user.target.wants
    systemctl start nginx.service </dev/null >/dev/null 2>&1 || fail host-error "nginx could not be started." "Look at 'systemctl status nginx' and nginx's error log on the host."
    did='nginx runs, and starts at boot'
}

rotation_file() {
    echo "/etc/logrotate.d/$unit"
}

look_logs() {
    need_ours "$(rotation_file)"
    rotated_by=$(find_rotation)
    if [ -n "$rotated_by" ]; then
        there="$traffic_log is rotated by $rotated_by; journald keeps the app's output within its own limits"
    else
        planned="write $(rotation_file), which rotates $traffic_log"
    fi
}

do_logs() {
    rotation_text | put_own "$(rotation_file)" 0644 || cannot_write "$(rotation_file)"
    did="wrote $(rotation_file)"
}

# find_rotation: the file of logrotate's that names our log, most often the distribution's with *.log.
find_rotation() {
    for rotation in /etc/logrotate.conf /etc/logrotate.d/*; do
        if [ -f "$rotation" ] && [ -n "$(list_rotated "$rotation" | match_traffic_log)" ]; then
            echo "$rotation"
            return 0
        fi
    done
}

# list_rotated FILE: the patterns of log files in it, one a line.
list_rotated() {
    sed -e 's/#.*//' -e 's/["{}]/ /g' "$1" | awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^\//) print $i }'
}

# match_traffic_log: of the patterns on stdin those that our log matches.
match_traffic_log() {
    while IFS= read -r rotated; do
        # shellcheck disable=SC2254
        case $traffic_log in $rotated) echo "$rotated" ;; esac
    done
}

rotation_text() {
    cat <<CONF
# $mark
$traffic_log {
    daily
    rotate 14
    missingok
    notifempty
    compress
    delaycompress
    postrotate
        systemctl kill -s USR1 --kill-who=main nginx.service 2>/dev/null || :
    endscript
}
CONF
}
