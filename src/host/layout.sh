# Where everything of one app lives on the host.

lay_out() {
    home=/opt/$app
    mark="nginx-bluegreen: app=$app"
    mark_file=$home/.nginx-bluegreen
    releases=$home/releases
    state=$home/state
    lock=$state/lock
    stage_lock=$state/stage-lock
    lease=$state/lease
    token_file=$state/token
    candidate=$state/candidate
    calls=/run/nginx-bluegreen/$app
    sums=/run/nginx-bluegreen/$app.sums
    guarded=/run/nginx-bluegreen/$app.guarded
    journal=$state/journal
    settings=$state/settings
    written=$state/written
    before=$state/before
    site_before=$state/site-before
    bake_report=$state/bake
    history=$state/history.jsonl
    launcher=$home/launch
    unit=bluegreen-$app
    unit_file=/etc/systemd/system/$unit@.service
    guard_file=/etc/systemd/system/$unit-guard.service
    nginx_home=/etc/nginx/bluegreen/$app
    live_conf=$nginx_home/live.conf
    marker=$nginx_home/green
    measuring=$nginx_home/measuring
    site_conf=/etc/nginx/conf.d/bluegreen-$app.conf
    traffic_log=/var/log/nginx/bluegreen-$app.log
    adopted=$state/adopted
    replaced=/var/lib/nginx-bluegreen/$app/replaced
    nginx_name=$app
    while :; do
        case $nginx_name in *-*) nginx_name=${nginx_name%%-*}_${nginx_name#*-} ;; *) break ;; esac
    done
}

# other_color COLOR
other_color() {
    if [ "$1" = blue ]; then echo green; else echo blue; fi
}

# port_of COLOR
port_of() {
    if [ "$1" = blue ]; then echo "$blue_port"; else echo "$green_port"; fi
}

# management_port_of COLOR: empty when there is none.
management_port_of() {
    if [ "$1" = blue ]; then echo "$blue_management_port"; else echo "$green_management_port"; fi
}

# health_port_of COLOR: where its health is asked: the given port, else its management port, else its own, as of a jar
# that was adopted.
health_port_of() {
    if is_adopted "$1"; then
        port_of "$1"
    elif [ -n "$health_port" ]; then
        echo "$health_port"
    else
        own_management_port=$(management_port_of "$1")
        echo "${own_management_port:-$(port_of "$1")}"
    fi
}

# release_of COLOR: the name of the release its link leads to; empty when there is none.
release_of() {
    link=$(readlink "$home/$1" 2>/dev/null) || return 0
    echo "${link##*/}"
}

# claim_home: makes /opt/<app> ours, or refuses a folder that is somebody else's.
claim_home() {
    need_own_home
    install -d -m 0755 "$home" "$releases" || cannot_write "$home"
    install -d -m 0700 "$state" || cannot_write "$state"
    if [ ! -e "$mark_file" ]; then
        echo "$mark" | put_file "$mark_file" 0644 || cannot_write "$mark_file"
    fi
}

need_own_home() {
    if [ -e "$home" ] && [ ! -e "$mark_file" ] && [ -n "$(ls -A "$home" 2>/dev/null)" ]; then
        fail not-ours "$home is there and was not made by nginx-bluegreen. Nothing was changed." \
            "Choose another app name, or move $home away."
    fi
}

# is_ours FILE: whether the file is absent or has our mark for this app.
is_ours() {
    [ -e "$1" ] || return 0
    while IFS= read -r own_line || [ -n "$own_line" ]; do
        if [ "$own_line" = "# $mark" ]; then return 0; fi
    done <"$1"
    return 1
}

# need_ours FILE: refuses to touch a file without our mark.
need_ours() {
    is_ours "$1" || fail not-ours "$1 is there and was not written by nginx-bluegreen for $app. It was not changed." \
        "Choose another app name, or move $1 away."
}
