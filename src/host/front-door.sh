# The front door: nginx as a client sees it. Only its answer counts.

# live_color: the color our nginx files send traffic to; empty before the first switch.
live_color() {
    if [ ! -e "$live_conf" ] || [ ! -e "$site_conf" ]; then
        return 0
    elif is_marker_form; then
        if [ -e "$marker" ]; then echo green; else echo blue; fi
    else
        sed -n "s/^set .service_url http:..$app-\(.*\);\$/\1/p" "$live_conf"
    fi
}

is_marker_form() {
    grep -qF "if (-e $marker)" "$live_conf"
}

# find_front_door: sets door_scheme, door_address, door_port, door_name from the server block that includes
# our live.conf, as nginx's configuration is now; from the inputs where nginx cannot tell (first deploy).
find_front_door() {
    door_scheme=http door_address=127.0.0.1
    door_listen=$(nginx_fact ours-listen | grep -v '^\(unix:\|\[\)' | grep -v ' quic' | head -n 1)
    read_listen "${door_listen:-$(front_port)${tls_certificate:+ ssl}}"
    door_names=$(nginx_fact ours-name | head -n 1)
    door_name=$(first_name "${door_names:-$server_name}")
}

# read_listen WORDS: the words of a `listen` directive.
read_listen() {
    case " $1 " in *' ssl '*) door_scheme=https ;; esac
    door_socket=${1%% *}
    case $door_socket in
        *:*) door_port=${door_socket##*:} door_address=${door_socket%:*} ;;
        *[!0-9]*) door_port=80 door_address=$door_socket ;;
        *) door_port=$door_socket ;;
    esac
    case $door_address in '*' | 0.0.0.0) door_address=127.0.0.1 ;; esac
}

# first_name NAMES: a host name that the server_name words match; the address clients use when they match all.
first_name() {
    case ${1%% *} in
        '' | _ | '""' | '~'*) client_address ;;
        '*'*) echo "bluegreen${1#?}" | cut -d' ' -f1 ;;
        .*) echo "${1#.}" | cut -d' ' -f1 ;;
        *'.*') echo "${1%%'*'*}bluegreen" ;;
        *) echo "${1%% *}" ;;
    esac
}

# client_address: what clients call this host, fit for a URL.
client_address() {
    case $front_host in
        '') echo localhost ;;
        *:*) echo "[$front_host]" ;;
        *) echo "$front_host" ;;
    esac
}

# knock: one request through the front door on a connection of its own, known by a nonce. Sets
# door_status (what the client saw), door_proxied (the group nginx chose) and door_upstream (who
# answered); the last two are empty when our server block did not see the request.
knock() {
    nonce=$(od -An -N12 -tx1 </dev/urandom | tr -d ' \n')
    door_status=$(curl -gsk --path-as-is -o /dev/null -w '%{http_code}' --max-time 5 --noproxy '*' \
        --connect-to "::$door_address:$door_port" -H "X-Nginx-Bluegreen-Nonce: $nonce" \
        "$door_scheme://$door_name:$door_port$health_path" </dev/null) || :
    find_log_line
    door_proxied=$(printf '%s' "$door_line" | cut -d'|' -f4)
    door_upstream=$(printf '%s' "$door_line" | cut -d'|' -f5)
}

# find_log_line: sets door_line to the log's line of the knock. nginx answers first and logs then: on a busy disk that
# may take a while.
find_log_line() {
    if [ "$door_status" = 000 ]; then log_patience=200; else log_patience=2000; fi
    log_until=$(($(uptime_ms) + log_patience))
    while :; do
        door_line=$(cat "$traffic_log.1" "$traffic_log" 2>/dev/null | tail -n 20000 | without_nul | grep -F "|$nonce" | tail -n 1 | mend_lines)
        if [ -n "$door_line" ] || [ "$(uptime_ms)" -ge "$log_until" ]; then return 0; fi
        sleep 0.02
    done
}

# is_served_by COLOR: knocks once; whether the color, and it at the first try, answered. The group's name
# must be ours too: a hard-coded proxy_pass to the right port is found out before it is the wrong one.
is_served_by() {
    knock
    [ "$door_proxied" = "$app-$1" ] && [ "$door_upstream" = "127.0.0.1:$(port_of "$1")" ] || return 1
    case $door_status in 000 | 502 | 504) return 1 ;; esac
}

# is_chosen COLOR: knocks once; whether nginx, by the files it has read, chooses the color's group.
is_chosen() {
    knock
    [ "$door_proxied" = "$app-$1" ]
}

# describe_knock: what the last knock saw, in words.
describe_knock() {
    if [ -z "$door_line" ] && is_disk_full "$traffic_log"; then
        echo "$door_scheme://$door_name:$door_port answered $door_status, and who answered cannot be seen: the disk that holds $traffic_log is full"
    elif [ -z "$door_line" ]; then
        echo "$door_scheme://$door_name:$door_port answered $door_status, but the request did not pass our server block's log: another server block catches it, or an access_log in the location hides it"
    else
        echo "$door_scheme://$door_name:$door_port answered $door_status through '$door_proxied' from ${door_upstream:--}"
    fi
}

# verify_front_door COLOR TRIES: until TRIES new connections in a row are served by the color's proven
# release, at most 3 s; sets `verdict` to what was seen.
verify_front_door() {
    served=0 verify_until=$(($(uptime_ms) + 3000))
    while [ "$served" -lt "$2" ]; do
        if is_served_by "$1"; then
            served=$((served + 1))
        else
            served=0
            [ "$door_status" != 000 ] || revive_nginx
            if [ "$(uptime_ms)" -ge "$verify_until" ]; then
                verdict=$(describe_knock)
                return 1
            fi
            sleep 0.1
        fi
    done
    if ! prove_release "$1"; then
        verdict=$proof
        return 1
    fi
    verdict="$(describe_knock): $proof"
}

# describe_traffic: one sentence for every failure: where the traffic is now.
describe_traffic() {
    if [ -n "$only_looks" ] || [ -z "$home" ] || [ ! -d "$home" ]; then
        echo 'Nothing was changed on the host.'
        return 0
    fi
    traffic_color=$(live_color)
    if [ -z "$traffic_color" ]; then
        echo "No release of $app receives traffic yet."
    else
        traffic_release=$(name_of "$traffic_color")
        [ "$nginx_facts" != /dev/null ] || read_nginx_config || :
        find_front_door
        knock
        if [ "$door_upstream" = "127.0.0.1:$(port_of "$traffic_color")" ]; then
            echo "Traffic goes to ${traffic_release:-an unknown release} ($traffic_color, port $(port_of "$traffic_color")), whose front door answers $door_status."
        else
            echo "nginx is set to send the traffic to $traffic_color (${traffic_release:-no release}), but $(describe_knock)."
        fi
    fi
}
