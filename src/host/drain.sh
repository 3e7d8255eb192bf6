# Draining: requests in flight are connections from nginx to the color's port.

# open_connections COLOR: how many are established now; what the app itself asks at such a port elsewhere is none.
open_connections() {
    ss -Htn state established "dst 127.0.0.1:$(port_of "$1")" </dev/null | wc -l
}

# drain_color COLOR DEADLINE_MS: waits until there was none for a whole second (idle pooled ones end after 1 s,
# see upstream_text), or the deadline. Sets drain_ms and drain_open (connections still open). None does not mean
# that no request is left: one whose body is still coming in has no connection yet; its upstream's backup serves it.
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
