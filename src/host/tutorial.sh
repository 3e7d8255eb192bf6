# The set-up of the well-known tutorials: jars started with nohup on two ports, and nginx that passes requests on to
# $service_url, which a script of theirs writes. It is recognised here, by what nginx and the kernel say; nothing is changed.

# find_tutorial: whether nginx serves by such a set-up, and no release of ours is live; reads $scratch/nginx-dump. Tells
# tutorial (a sentence each: what was found). Sets tutorial_facts, tutorial_port (that the front door is served from;
# empty where that cannot be seen), tutorial_color (whose port it is; empty when it is neither's), and the front door as
# find_front_door does.
find_tutorial() {
    tutorial_facts=$scratch/tutorial-facts tutorial_port='' tutorial_color=''
    : >"$tutorial_facts"
    taken_color=$(live_color)
    if [ -n "$taken_color" ] && ! is_adopted "$taken_color"; then return 1; fi
    [ ! -s "$scratch/nginx-dump" ] || read_tutorial_config
    tutorial_url=$(tutorial_fact url | head -n 1)
    [ -n "$tutorial_url" ] || return 1
    tutorial_named=${tutorial_url##*:}
    tutorial_named=${tutorial_named%/}
    door_scheme=http door_address=127.0.0.1
    read_listen "$(tutorial_fact listen | grep -v '^\(unix:\|\[\)' | grep -v ' quic' | head -n 1)"
    door_name=$(first_name "$(tutorial_fact name | head -n 1)")
    find_served_port
    case $tutorial_port in
        "$blue_port") tutorial_color=blue ;;
        "$green_port") tutorial_color=green ;;
    esac
    tell_tutorial
}

# need_no_tutorial: a deploy does not take such a set-up over by the way. Fails as front-door-mismatch.
need_no_tutorial() {
    ! find_tutorial || refuse_tutorial
}

refuse_tutorial() {
    fail front-door-mismatch "nginx serves as the well-known tutorials set it up, from port ${tutorial_port:-$tutorial_named}, and a deploy does not take that over by the way. ${done_before:-Nothing was changed.}" \
        "Run once with command: setup and the same inputs (site: include leaves your server block in place): it adopts the jar that serves, and the next deploy takes its place."
}

# find_served_port: sets tutorial_port to the one that requests through the front door reach: twenty knocks, and the
# connections in the kernel's tables that were not there before them. What a file says nginx may not have read yet.
find_served_port() {
    served_path=$(tutorial_fact path | grep '^/' | head -n 1)
    list_connections >"$scratch/connections-before"
    : >"$scratch/connections"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        curl -sk --path-as-is -o /dev/null --max-time 5 --noproxy '*' --connect-to "::$door_address:$door_port" \
            "$door_scheme://$door_name:$door_port${served_path:-$health_path}" </dev/null || :
        list_connections >>"$scratch/connections"
    done
    tutorial_port=$(awk '
        NR == FNR { had[$0] = 1; next }
        !($0 in had) && !seen[$0]++ { count[$1]++; all++ }
        END { for (port in count) if (count[port] >= 10 && count[port] > 4 * (all - count[port])) print port }' \
        "$scratch/connections-before" "$scratch/connections")
}

# list_connections: of both colors' ports and the one that the file says, `port other-port` a line, in any state.
list_connections() {
    ss -Htan </dev/null | awk -v wanted=" $blue_port $green_port $tutorial_named " '
        $1 != "LISTEN" {
            a = $4; sub(/.*:/, "", a); b = $5; sub(/.*:/, "", b)
            if (index(wanted, " " a " ")) print a, b; else if (index(wanted, " " b " ")) print b, a
        }'
}

# tell_tutorial: what was found, in sentences.
tell_tutorial() {
    tell tutorial "nginx serves as the well-known tutorials set it up: the server block in $(tutorial_fact block | head -n 1 | cut -d'|' -f1) passes requests on to \$service_url, which $(tutorial_fact source | head -n 1) sets to port $tutorial_named"
    if [ -z "$tutorial_port" ]; then
        tell tutorial "which port its requests reach could not be seen: none, or several"
    elif [ "$tutorial_port" != "$tutorial_named" ]; then
        tell tutorial "its requests reach port $tutorial_port all the same: nginx has not read that file since it was changed"
    fi
    for told_port in $(printf '%s\n' "$blue_port" "$green_port" "$tutorial_named" | sort -un); do
        told_role=idle
        [ "$told_port" != "$tutorial_port" ] || told_role="live, by the front door"
        if read_jar_process "$told_port"; then
            tell tutorial "port $told_port ($told_role): $(describe_jar)"
        elif [ -n "$(port_listeners "$told_port")" ]; then
            tell tutorial "port $told_port ($told_role): $(describe_process "$(port_listeners "$told_port")"), which is no java -jar"
        else
            tell tutorial "port $told_port ($told_role): nobody"
        fi
    done
    if read_jar_process "$tutorial_named"; then list_starters | sed 's/$/ may start the old jar again; it is left as it is/' | tell_lines tutorial; fi
}

# describe_jar: the jar that read_jar_process has read. Its other words may hold secrets.
describe_jar() {
    jar_since=$(($(now_ms) - $(uptime_ms) + $(start_of "$jar_pid") * 10))
    echo "$jar_file${jar_profile:+ with the profile $jar_profile}, process $jar_pid of $jar_user, started $(as_date "$jar_since")"
}

# read_jar_process PORT: who listens there: sets jar_pid, jar_user, jar_folder and jar_file, jar_profile, and jar_cwd;
# 1 when it is not one process that runs `java -jar`.
read_jar_process() {
    jar_pid=$(port_listeners "$1")
    case $jar_pid in '' | *[!0-9]*) return 1 ;; esac
    case $(readlink "/proc/$jar_pid/exe") in */java) ;; *) return 1 ;; esac
    jar_cwd=$(readlink "/proc/$jar_pid/cwd")
    jar_file=$(tr '\0' '\n' <"/proc/$jar_pid/cmdline" | awk '$0 == "-jar" { named = 1; next } named && !/^-/ { print; exit }')
    case $jar_file in
        '') return 1 ;;
        /*) ;;
        *) jar_file=$jar_cwd/$jar_file ;;
    esac
    jar_folder=${jar_file%/*}
    jar_user=$(stat -c %U "/proc/$jar_pid")
    jar_profile=$(tr '\0' '\n' <"/proc/$jar_pid/cmdline" | sed -n 's/^\(-D\|--\)spring\.profiles\.active=//p' | tail -n 1)
    # It may have ended meanwhile.
    [ -n "$(start_of "$jar_pid")" ]
}

# list_starters: what on the host mentions the jar's folder or how the tutorials start it, one a line.
list_starters() {
    find "$jar_folder" "${jar_folder%/*}" -maxdepth 2 -type f -name '*.sh' -exec grep -lE 'service-url|java .*-jar' {} + 2>/dev/null | sort -u | head -n 10 || :
    for starter in /etc/rc.local /etc/rc.d/rc.local /etc/crontab /etc/cron.d/* /var/spool/cron/* /var/spool/cron/crontabs/*; do
        [ -f "$starter" ] || continue
        if grep -v '^ *#' "$starter" 2>/dev/null | grep -qF -e "$jar_folder/" -e 'java -jar'; then echo "$starter"; fi
    done
    if systemctl -q is-active codedeploy-agent.service </dev/null 2>/dev/null; then echo "the CodeDeploy agent"; fi
}
