# retire: drains and stops the color that traffic has left, removes old releases, counts what the
# switch cost. Takes app, color (now live), drain-timeout, keep-releases, switched-at, site parameters;
# a line for the history comes on stdin. Tells drain-ms, drain-cut,
# tcp-resets-after (sent by the host since its boot, at the end of the drain), removed, requests, failed-requests,
# closed-by-client, longest-gap, downtime. Fails as link-lost; the traffic is never touched.
stage_retire() {
    begin_change
    [ "$(journal_fact state) $(live_color)" = "switched $color" ] ||
        fail host-error "$color is not the color that was switched to last. Nothing was stopped." "Run again."
    old=$(other_color "$color")
    if [ "$(unit_property "$old" ActiveState)" = active ]; then
        drain_color "$old" "$drain_timeout"
        tell tcp-resets-after "$(tcp_resets)"
        tell drain-ms "$drain_ms"
        tell drain-cut "$drain_cut"
        if [ "$drain_cut" -gt 0 ]; then
            say "$drain_cut connections to $old were still open after $((drain_timeout / 1000)) s; the app now ends them by its own graceful shutdown"
        fi
        stop_color "$old"
        say "stopped $(release_of "$old") ($old)"
    else
        tell tcp-resets-after "$(tcp_resets)"
        stop_color "$old"
    fi
    prune_releases
    remove_file "$measuring"
    count_requests
    add_to_history
}

# count_requests: from the per-request log since the switch, our own probes left out. downtime is the
# longest time between two successes, or the switch and the first one, with a failure (5xx) between them.
count_requests() {
    cat "$traffic_log.1" "$traffic_log" 2>/dev/null | awk -F'|' -v since="$switched_at" '
        $1 * 1000 < since || $8 != "-" { next }
        {
            t = $1 * 1000
            requests++
            if ($2 == 499) closed++
            if ($2 >= 500) { failed++; if (!broken) { broken = 1 } next }
            if (ok && t - ok > gap) gap = t - ok
            if (broken && t - (ok ? ok : since) > down) down = t - (ok ? ok : since)
            ok = t; broken = 0
        }
        END {
            if (broken && t - (ok ? ok : since) > down) down = t - (ok ? ok : since)
            printf "@requests=%d\n@failed-requests=%d\n@closed-by-client=%d\n@longest-gap=%d\n@downtime=%d\n", requests, failed, closed, gap, down
        }'
}

# add_to_history: one JSON line from stdin; the newest 500 stay.
add_to_history() {
    { tail -n 499 "$history" 2>/dev/null || :; cat; } | put_file "$history" 0644 || say "the history could not be written"
}
