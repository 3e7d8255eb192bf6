# The app's systemd unit: one template, its instances are the colors; its launcher; its user.

# confinement_text: what an app behind nginx has no use for (systemd.exec(5)). It may read the system, and write where
# its user may, but for /usr, /etc, /boot and the homes of others. No MemoryDenyWriteExecute: a JVM compiles as it runs.
# A drop-in of the owner's takes any of it away.
confinement_text() {
    cat <<UNIT
NoNewPrivileges=yes
CapabilityBoundingSet=
RestrictSUIDSGID=yes
ProtectSystem=full
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UNIT
}

unit_text() {
    cat <<UNIT
# $mark
[Unit]
Description=$app (%i), deployed by nginx-bluegreen
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=$app_user
WorkingDirectory=$home/%i/work
ExecStart=$launcher %i
SuccessExitStatus=143
Restart=on-failure
RestartSec=1s
KillMode=mixed
TimeoutStopSec=45s
$(confinement_text)

[Install]
WantedBy=multi-user.target
UNIT
}

launcher_text() {
    launcher_template | sed -e "s/@app@/$app/" \
        -e "s/@blue-port@/$blue_port/" -e "s/@green-port@/$green_port/" \
        -e "s/@blue-management-port@/$blue_management_port/" -e "s/@green-management-port@/$green_management_port/"
}

# is_unit_current: whether unit and launcher on the host are the ones we would write.
is_unit_current() {
    unit_text | cmp -s - "$unit_file" && launcher_text | cmp -s - "$launcher"
}

# install_unit: writes both where they differ. A running app is not touched: systemd reads the new
# text for the next start only.
install_unit() {
    need_ours "$unit_file"
    install_launcher
    install_unit_file
}

install_launcher() {
    launcher_text | cmp -s - "$launcher" || launcher_text | put_own "$launcher" 0755 || cannot_write "$launcher"
}

install_unit_file() {
    if ! unit_text | cmp -s - "$unit_file"; then
        unit_text | put_own "$unit_file" 0644 || cannot_write "$unit_file"
        systemctl daemon-reload </dev/null
        say "installed $unit_file"
    fi
}

# ensure_user: the system user that runs the jar; one that is there must carry our mark, since an app
# called `mysql` must not run as MySQL.
ensure_user() {
    need_own_user
    if ! getent passwd "$app_user" >/dev/null; then
        useradd --system --user-group --no-create-home --home-dir "$home" --shell /usr/sbin/nologin \
            --comment "nginx-bluegreen $app" "$app_user" </dev/null 2>&1 | tell_lines log
        getent passwd "$app_user" >/dev/null ||
            fail host-error "The user $app_user could not be made." "Make it by hand (useradd --system) and run again."
        say "made the system user $app_user"
    fi
}

# need_own_user: one that is there must carry our mark, and is not root by another name.
need_own_user() {
    entry=$(getent passwd "$app_user") || return 0
    [ "$(printf '%s' "$entry" | cut -d: -f3)" != 0 ] || fail not-ours "The user $app_user is root. Nothing was changed." "Choose another app-user."
    [ "$(printf '%s' "$entry" | cut -d: -f5)" = "nginx-bluegreen $app" ] || fail not-ours \
        "The user $app_user is there and was not made by nginx-bluegreen for $app. Nothing was changed." \
        "Choose another app-user, or hand this one over on the host: usermod -c 'nginx-bluegreen $app' $app_user"
}

# unit_property COLOR NAME: one property of a color's unit, as systemd shows it.
unit_property() {
    service_property "$unit@$1.service" "$2"
}

# is_enabled UNIT: whether it starts at boot. The link that our units are enabled by says so at once, if no other masks it.
is_enabled() {
    { [ -L "/etc/systemd/system/multi-user.target.wants/$1" ] && [ ! -L "/etc/systemd/system/$1" ]; } ||
        systemctl -q is-enabled "$1" </dev/null 2>/dev/null
}

# enable_color COLOR: it starts at boot; 1 when systemd refuses.
enable_color() {
    systemctl enable --no-reload "$unit@$1.service" </dev/null >/dev/null 2>&1 && sync /etc/systemd/system/multi-user.target.wants
}

# stop_color COLOR: stops and disables its unit; harmless when it does not run.
stop_color() {
    forget_host
    systemctl disable --no-reload --now "$unit@$1.service" </dev/null >/dev/null 2>&1 || :
    systemctl reset-failed "$unit@$1.service" </dev/null >/dev/null 2>&1 || :
}
