# A knock: a request of our own through the front door, and what nginx logged of it.

# knock: one request through the front door. Sets what read_knock sets.
knock() {
    knock_at_once 1
    one_knock='none 000'
    read -r one_knock <"$scratch/knocks" || :
    read_knock "$one_knock"
}

# knock_at_once COUNT: requests through the front door beside each other, each on a connection of its own and known by a
# nonce. Leaves `nonce status` of each that curl could send, a line, in $scratch/knocks, and sets door_lines to what nginx
# logged of them.
knock_at_once() {
    knocks_to_send=$1 knockers=''
    : >"$scratch/knocks"
    printf '|%s|\n' "${door_unseen:-none}" >"$scratch/nonces"
    while [ "$knocks_to_send" -gt 0 ]; do
        IFS=- read -r nonce nonce_2 nonce_3 nonce_4 nonce_5 </proc/sys/kernel/random/uuid
        nonce=$nonce$nonce_2$nonce_3$nonce_4$nonce_5
        printf '|%s|\n' "$nonce" >>"$scratch/nonces"
        curl -gsk --path-as-is -o /dev/null -w "$nonce %{http_code}\n" --max-time 5 --noproxy '*' \
            --connect-to "::$door_address:$door_port" -H "X-Nginx-Bluegreen-Nonce: $nonce" \
            "$door_scheme://$door_name:$door_port$health_path" </dev/null >>"$scratch/knocks" 8>&- &
        knockers="$knockers $!" knocks_to_send=$((knocks_to_send - 1))
    done
    for knocker in $knockers; do wait "$knocker" || :; done
    find_log_lines
}

# find_log_lines: sets door_lines to the log's lines of the knocks. nginx answers first and logs then: on a busy disk that
# may take a while. It is waited for at length until one answered knock was not logged in all that time (door_unseen);
# then for a moment, unless the line of that one comes after all.
find_log_lines() {
    knocked_at=$(uptime_ms) log_patience=2000
    [ -z "$door_unseen" ] || log_patience=200
    while :; do
        door_lines=$(tail -q -c 4194304 "$traffic_log.1" "$traffic_log" 2>/dev/null </dev/null | grep -aF -f "$scratch/nonces" | without_nul)
        case $door_lines in *"|${door_unseen:-none}|"*) door_unseen='' log_patience=2000 ;; esac
        log_waited=$(($(uptime_ms) - knocked_at))
        if is_logged || [ "$log_waited" -ge "$log_patience" ]; then break; fi
        sleep 0.02
    done
    [ "$log_waited" -lt "$log_patience" ] || door_unseen=${door_unseen:-$missing_nonce}
}

# is_logged: whether every knock is in the log; else sets missing_nonce. One that was not answered may never come: 200 ms
# are enough for it.
is_logged() {
    while read -r missing_nonce knock_status; do
        case $door_lines in *"|$missing_nonce|"*) continue ;; esac
        [ "$knock_status" = 000 ] && [ "$log_waited" -ge 200 ] || return 1
    done <"$scratch/knocks"
}

# read_knock NONCE-AND-STATUS: sets door_status (what the client saw), door_line (what was logged of it), door_proxied (the
# group nginx chose) and door_upstream (who answered); the last three are empty when our server block did not see the
# request, or its line was cut short on a full disk.
read_knock() {
    door_status=${1#* } door_line='' door_proxied='' door_upstream=''
    case $door_lines in *"|${1% *}|"*) ;; *) return 0 ;; esac
    door_after=${door_lines##*"|${1% *}|"}
    door_head=${door_lines%"|${1% *}|$door_after"}
    door_head=${door_head##*"$line_end"}
    case ${door_after%%"$line_end"*} in OK | '') ;; *) return 0 ;; esac
    case $door_head in *'|'*'|'*'|'*'|'*'|'*'|'*) door_line=$door_head ;; *) return 0 ;; esac
    door_head=${door_head%'|'*'|'*}
    door_upstream=${door_head##*'|'}
    door_head=${door_head%'|'*}
    door_proxied=${door_head##*'|'}
}

# is_served_by COLOR: knocks once; whether the color, and it at the first try, answered.
is_served_by() {
    knock
    is_answer_of "$1"
}

# is_answer_of COLOR: of the last knock. The group's name must be ours too: a hard-coded proxy_pass to the right port is
# found out before it is the wrong one.
is_answer_of() {
    [ "$door_proxied" = "$app-$1" ] && [ "$door_upstream" = "127.0.0.1:$(port_of "$1")" ] || return 1
    case $door_status in 000 | 502 | 504) return 1 ;; esac
}

# are_served_by COLOR COUNT: knocks so often at once; whether the color answered all of them. The last one read is the
# first that it did not answer.
are_served_by() {
    answers=0
    knock_at_once "$2"
    read_knock 'none 000'
    while read -r one_knock; do
        read_knock "$one_knock"
        is_answer_of "$1" || return 1
        answers=$((answers + 1))
    done <"$scratch/knocks"
    [ "$answers" = "$2" ]
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
