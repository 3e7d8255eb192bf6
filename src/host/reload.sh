# Reloading nginx. The signal's success says nothing: the old workers go on until the new ones are there.

# reload_nginx: starts nginx if it does not run, else reloads it and waits, at most 5 s, until every old
# worker is gone or only finishes what it has; 1 when systemd refuses.
reload_nginx() {
    old_workers=$(nginx_workers)
    if ! systemctl -q is-active nginx </dev/null; then
        systemctl start nginx </dev/null >/dev/null 2>&1
        return
    fi
    systemctl reload nginx </dev/null >/dev/null 2>&1 || return 1
    reload_until=$(($(uptime_ms) + 5000))
    for worker in $old_workers; do
        while is_accepting "$worker" && [ "$(uptime_ms)" -lt "$reload_until" ]; do sleep 0.05; done
    done
}

nginx_workers() {
    pgrep -P "$(systemctl show --value -p MainPID nginx.service </dev/null)" 2>/dev/null || :
}

# is_accepting PID: whether it is a worker that still takes new connections; nginx writes it in its title.
is_accepting() {
    grep -aq 'worker process' "/proc/$1/cmdline" 2>/dev/null && ! grep -aq 'shutting down' "/proc/$1/cmdline" 2>/dev/null
}
