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
    while IFS= read -r live_line; do
        case $live_line in *"if (-e $marker)"*) return 0 ;; esac
    done 2>/dev/null <"$live_conf"
    return 1
}

# find_front_door: sets door_scheme, door_address, door_port, door_name from the server block that includes
# our live.conf, as nginx's configuration is now; from the inputs where nginx cannot tell (first deploy).
find_front_door() {
    door_scheme=http door_address=127.0.0.1
    door_listen=$(nginx_fact ours-listen | sed -e '/^unix:/d' -e '/^\[/d' -e '/ quic/d' -e q)
    read_listen "${door_listen:-$(front_port)${tls_certificate:+ ssl}}"
    door_names=$(nginx_fact ours-name)
    door_names=${door_names%%"$line_end"*}
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

# verify_front_door COLOR TRIES: until TRIES new connections in a row are served by the color's proven
# release, at most 3 s; no longer than three looks in a row find requests answered that nobody logged. Sets `verdict` to
# what was seen.
verify_front_door() {
    served=0 unseen_looks=0 verify_until=$(($(uptime_ms) + 3000))
    ask_host
    while [ "$served" -lt "$2" ]; do
        at_once=$(($2 - served < 6 ? $2 - served : 6))
        if are_served_by "$1" "$at_once"; then
            served=$((served + at_once))
        else
            served=0
            drop_answers
            [ "$door_status" != 000 ] || revive_nginx
            if [ "$door_status" = 000 ] || [ -n "$door_line" ]; then unseen_looks=0; else unseen_looks=$((unseen_looks + 1)); fi
            if [ "$unseen_looks" = 3 ] || [ "$(uptime_ms)" -ge "$verify_until" ]; then
                verdict=$(describe_knock)
                return 1
            fi
            sleep 0.1
        fi
    done
    know_host
    is_proven=yes
    prove_release "$1" || is_proven=''
    forget_host
    if [ -z "$is_proven" ]; then
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
