# Reloading nginx. The signal's success says nothing: the old workers go on until the new ones are there.

# reload_nginx: starts nginx if it does not run, else reloads it and waits, at most 15 s, until every old
# worker is gone or only finishes what it has. 1 when systemd refuses, or when an old worker takes connections
# even then: nginx could not apply what it read, and goes on with what it had.
reload_nginx() {
    old_workers=$(nginx_workers)
    if ! systemctl -q is-active nginx </dev/null; then
        systemctl start nginx </dev/null >/dev/null 2>&1
        return
    fi
    systemctl reload nginx </dev/null >/dev/null 2>&1 || return 1
    reload_until=$(($(uptime_ms) + 15000))
    for worker in $old_workers; do
        while is_accepting "$worker"; do
            [ "$(uptime_ms)" -lt "$reload_until" ] || return 1
            sleep 0.05
        done
    done
}

# enough_knocks RELOADS: how many new connections in a row prove a switch: 3, and after a reload, where each
# worker has a configuration of its own, twice as many as there are workers, from 10 to 60.
enough_knocks() {
    if [ "$1" = 0 ]; then
        echo 3
    else
        nginx_workers | awk 'END { n = 2 * NR; print (n < 10 ? 10 : n > 60 ? 60 : n) }'
    fi
}

# may_old_workers_ask: while draining after a switch by reload: whether old workers may still take a request on a
# kept connection (keepalive_min_text) and bring it to the color that they know. Other sites' connections can keep
# old workers for good: after 10 s none of ours is left.
may_old_workers_ask() {
    [ "$switch_mode" = reload ] && [ "$drain_ms" -lt 10000 ] && [ "$(leaving_workers)" -gt 0 ] && has_keepalive_min
}

# leaving_workers: how many old workers have connections left from before some reload.
leaving_workers() {
    for worker in $(nginx_workers); do
        if is_leaving "$worker"; then echo "$worker"; fi
    done | wc -l
}

# tcp_resets: resets sent by this host since boot. Each request that a reload breaks is one.
tcp_resets() {
    awk '/^Tcp:/ { if (!column) { for (i = 1; i <= NF; i++) if ($i == "OutRsts") column = i } else print $column }' /proc/net/snmp
}

nginx_workers() {
    pgrep -P "$(service_property nginx.service MainPID)" 2>/dev/null || :
}

# is_accepting PID: whether it is a worker that still takes new connections; nginx writes it in its title.
is_accepting() {
    read_title "$1"
    case $title in *'worker process is shutting down'*) return 1 ;; *'worker process'*) ;; *) return 1 ;; esac
}

is_leaving() {
    read_title "$1"
    case $title in *'worker process is shutting down'*) ;; *) return 1 ;; esac
}
