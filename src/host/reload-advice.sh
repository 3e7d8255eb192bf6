# What makes a reload of this nginx lossy, and what to do about it: only what is so on this host.

# reload_advice: one finding a line; none where a reload breaks nothing that can be helped.
reload_advice() {
    idle_connections_advice
    advised_shutdown=$(nginx_fact worker-shutdown-timeout | head -n 1)
    if [ -n "$advised_shutdown" ]; then
        echo "worker_shutdown_timeout $advised_shutdown cuts what the old workers still serve that long after a reload: long requests, downloads and WebSockets. Take it out of nginx's configuration, or raise it over your longest request."
    fi
    advised_workers=$(leaving_workers)
    if [ "$advised_workers" -gt 0 ]; then
        echo "Old workers of nginx that are still alive from earlier reloads: $advised_workers. Long-lived connections (WebSockets, streams, long downloads) keep each until they end, and each reload can add more. Deploy with switch: instant, which makes none."
    fi
}

# idle_connections_advice: what a reload does to clients' kept-alive connections.
idle_connections_advice() {
    advised_keepalive=$(keepalive_timeout)
    [ "$(nginx_time_ms "$advised_keepalive")" -gt 0 ] || return 0
    if ! has_keepalive_min; then
        echo "This nginx ($(nginx_version)) has no keepalive_min_timeout: a reload closes every idle kept-alive connection (keepalive_timeout $advised_keepalive), and a request just sent on one is lost. Use switch: instant, or nginx 1.27.4 or newer."
        return 0
    fi
    advised_min=$(own_keepalive_min)
    if [ -n "$advised_min" ]; then
        [ "$(nginx_time_ms "$advised_min")" -ge 1000 ] ||
            echo "keepalive_min_timeout $advised_min in nginx's configuration is too short: a reload closes kept-alive connections idle for longer, and a request just sent on one is lost. Set it to $keepalive_min, or take it out: the deploy then sets it."
    elif ! grep -qF "keepalive_min_timeout $keepalive_min;" "$live_conf" 2>/dev/null; then
        echo "nginx has no keepalive_min_timeout in force yet: the first reload closes every idle kept-alive connection (keepalive_timeout $advised_keepalive), and a request just sent on one is lost. The deploy sets it to $keepalive_min, which helps from the next reload on."
    fi
}
