# Draining: requests in flight are connections from nginx to the color's port.

# open_connections COLOR: how many are established now.
open_connections() {
    ss -Htn state established "dport = :$(port_of "$1")" </dev/null | wc -l
}

# drain_color COLOR DEADLINE_MS: waits until there was none for a whole second (idle pooled ones end
# after 1 s, see upstream_text), or the deadline. Sets drain_ms and drain_open (connections still open). None does not
# mean that no request is left: one whose body is still coming in has no connection yet; its upstream's backup serves it.
drain_color() {
    drain_began=$(uptime_ms) drain_quiet=0
    while :; do
        drain_open=$(open_connections "$1")
        drain_ms=$(($(uptime_ms) - drain_began))
        if [ "$drain_open" -eq 0 ] && ! may_old_workers_ask; then drain_quiet=$((drain_quiet + 1)); else drain_quiet=0; fi
        if [ "$drain_quiet" -ge 10 ] || [ "$drain_ms" -ge "$2" ]; then break; fi
        sleep 0.1
    done
}

# stop_and_count COLOR: stops it; sets drain_cut to the connections that were open when its process ended. What
# its graceful shutdown still answered is not among them.
stop_and_count() {
    drain_cut=0
    stopped_pid=$(unit_property "$1" MainPID)
    stop_color "$1" 8>&- &
    while [ "$stopped_pid" != 0 ]; do
        now_open=$(open_connections "$1")
        kill -0 "$stopped_pid" 2>/dev/null || break
        drain_cut=$now_open
        sleep 0.05
    done
    wait
}
