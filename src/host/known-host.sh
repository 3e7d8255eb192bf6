# What systemd and the kernel say of services and listeners. A stage that looks at much may ask once for all of it
# (know_host), as long as it starts and stops nothing.

# service_property UNIT NAME: one property of a unit, as systemd shows it.
service_property() {
    case $known_units in
        *"$line_end$1 $2="*)
            known_value=${known_units#*"$line_end$1 $2="}
            printf '%s\n' "${known_value%%"$line_end"*}"
            ;;
        *) systemctl show --value -p "$2" "$1" </dev/null ;;
    esac
}

# port_listeners PORT: process ids that listen on it, one a line; `?` for a listener without one.
port_listeners() {
    if [ -z "$known_listeners" ]; then
        ss -Hltnp "sport = :$1" </dev/null | read_listeners | sed 's/.* //'
    else
        while read -r known_port known_pid; do
            if [ "$known_port" = "$1" ]; then echo "$known_pid"; fi
        done <"$known_listeners"
    fi
}

# is_listened_on PORT: whether anybody does, now.
is_listened_on() {
    ss -Hltn "sport = :$1" </dev/null >"$scratch/listened"
    [ -s "$scratch/listened" ]
}

# read_listeners: of what ss says on stdin, `port pid` a line, each once, in the order of numbers: a
# master of nginx mostly comes before its workers.
read_listeners() {
    awk '
        {
            port = $4; sub(/.*:/, "", port); named = 0; rest = $0
            while (match(rest, /pid=[0-9]+/)) { print port, substr(rest, RSTART + 4, RLENGTH - 4); rest = substr(rest, RSTART + RLENGTH); named = 1 }
            if (!named) print port, "?"
        }' | sort -u -k1,1n -k2,2n
}

# ask_host: asks for all that know_host takes, beside what is done until then: of both colors, nginx, and the slice they
# are in whatever is asked of them anywhere, and of every port who listens.
ask_host() {
    { ss -Hltnp </dev/null | read_listeners; } >"$scratch/listeners" 8>&- &
    asked_listeners=$!
    systemctl show -p ActiveState -p DropInPaths -p ExecMainPID -p InvocationID -p LoadState -p MainPID -p MemoryMax -p NRestarts -p Result \
        "$unit@blue.service" "$unit@green.service" nginx.service system.slice </dev/null >"$scratch/units" 8>&- &
    asked_units=$!
}

# drop_answers: what was asked was asked too early; nothing of it comes any more.
drop_answers() {
    [ -z "$asked_units" ] || wait "$asked_units" "$asked_listeners" || :
    asked_units=''
}

# know_host: takes the answers.
know_host() {
    [ -n "$asked_units" ] || ask_host
    set -- "$unit@blue.service" "$unit@green.service" nginx.service system.slice
    wait "$asked_units" || :
    known_units=$line_end
    while IFS= read -r unit_line; do
        if [ -n "$unit_line" ]; then known_units="$known_units$1 $unit_line$line_end"; elif [ "$#" -gt 1 ]; then shift; fi
    done <"$scratch/units"
    if wait "$asked_listeners"; then known_listeners=$scratch/listeners; fi
    asked_units='' known_at=$(uptime_ms)
}

# forget_host: before something is started or stopped.
forget_host() {
    known_units='' known_listeners=''
}
