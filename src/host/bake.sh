# The bake: how the new release does with real traffic after the switch, against the old one just before it.

# Errors are counted over the last 30 s, latency over the last 5 s: a release that turns slow answers few requests.
error_window=30
latency_window=5

# start_watch: the watch over the new release, in a unit of its own; it begins when the journal says baking.
start_watch() {
    systemctl stop "$unit-watch.service" </dev/null >/dev/null 2>&1 || :
    rm -f "$bake_report"
    run_detached "$unit-watch" watch --property=Restart=on-failure --property=RestartSec=200ms
}

# measure_old COLOR: sets old_requests, old_errors and old_median (ms; empty under 20 answers) of the
# color that traffic came from, over the 30 s before the switch.
measure_old() {
    read_traffic_log | awk -F'|' -v until="$switched_at" -v window="$error_window" -v color="127.0.0.1:$(port_of "$1")" \
        "$(traffic_reader)$(attempt_reader)"'
        $1 * 1000 < until && $1 * 1000 >= until - window * 1000 { take_attempts() }
        END { print requests + 0, errors + 0, (timed < 20 ? "" : median()) }' >"$scratch/old"
    read -r old_requests old_errors old_median <"$scratch/old" || :
}

# measure_new COLOR: adds what the log got since the last call. Sets bake_requests and bake_errors (since the
# switch), and over the windows: window_requests, window_errors, new_median (ms; empty under 20 answers).
# $scratch/ticks has one line a call: second, requests, errors, then slot:count pairs of the latencies.
measure_new() {
    follow_traffic_log | mend_lines | awk -F'|' -v since="$switched_at" -v now="$(($(uptime_ms) / 1000))" -v color="127.0.0.1:$(port_of "$1")" \
        "$(traffic_reader)$(attempt_reader)"'
        $1 * 1000 >= since { take_attempts() }
        END {
            if (!requests) exit
            printf "%d %d %d", now, requests, errors
            for (s in slots) printf " %d:%d", s, slots[s]
            print ""
        }' >>"$scratch/ticks"
    awk -v now="$(($(uptime_ms) / 1000))" -v errors_since="$error_window" -v latency_since="$latency_window" "$(traffic_reader)$(attempt_reader)"'
        { all += $2; bad += $3 }
        $1 > now - errors_since { window_requests += $2; window_errors += $3 }
        $1 > now - latency_since {
            for (i = 4; i <= NF; i++) { split($i, pair, ":"); slots[pair[1]] += pair[2]; timed += pair[2] }
        }
        END { print all + 0, bad + 0, window_requests + 0, window_errors + 0, (timed < 20 ? "" : median()) }
        ' "$scratch/ticks" >"$scratch/new"
    read -r bake_requests bake_errors window_requests window_errors new_median <"$scratch/new" || :
}

# attempt_reader: awk functions. An attempt is one try of a request at `color`: one that failed there and was
# served by the backup is an error of the color all the same. Latencies fall into slots of 10 %, so that a
# median needs no sorting; upgraded connections (101) have none. No log() and exp(): not every awk has them.
attempt_reader() {
    cat <<'AWK'
function take_attempts(    n, i, tried, status, took) {
    if (is_own()) return
    n = split($5, tried, /, | : /); split($6, status, /, | : /); split($7, took, /, | : /)
    for (i = 1; i <= n; i++) {
        if (tried[i] != color || status[i] !~ /^[0-9]/) continue
        requests++
        if (status[i] >= 500) errors++
        if (status[i] != 101) { timed++; slots[slot(took[i])]++ }
    }
}
function slot(took,    s, bound) {
    if (!(took in slot_of)) {
        s = 0
        for (bound = 0.001; took + 0 >= bound; bound *= 1.1) s++
        slot_of[took] = s
    }
    return slot_of[took]
}
function median(    s, ms, left) {
    left = timed / 2; ms = 1 / 1.0488 # half a slot under 1 ms
    for (s = 0; s < 300 && left > slots[s]; s++) { left -= slots[s]; ms *= 1.1 }
    return s ? int(ms) : 0
}
AWK
}

# find_fault COLOR: sets `fault` to a clause, empty while the release does well enough.
find_fault() {
    fault=''
    if [ "$(unit_property "$1" MainPID) $(unit_property "$1" ActiveState) $(unit_property "$1" NRestarts)" != "$watched_pid active 0" ]; then
        read_end "$1"
        fault="its process ended${end_code:+: it $(describe_end)}"
    elif [ "$unhealthy_in_a_row" -ge 3 ]; then
        fault="it lost its health: $health_path answered $(explain_probe) three times in a row"
    elif is_over_error_rate; then
        fault="$window_errors of its last $window_requests requests failed ($(percent "$window_errors" "$window_requests")), over the limit of $(percent "$bake_max_errors" 10000) and the $(percent "$old_errors" "$old_requests") of the release before it"
    elif is_too_slow; then
        fault="its median answer took $new_median ms over the last $latency_window s, against $old_median ms of the release before it"
    fi
}

# is_over_error_rate: over the limit, over the old color's own rate, and not by a handful.
is_over_error_rate() {
    [ "$window_requests" -ge 20 ] && [ "$window_errors" -ge 3 ] &&
        [ $((window_errors * 10000)) -gt $((bake_max_errors * window_requests)) ] &&
        [ $((window_errors * (old_requests + !old_requests))) -gt $((old_errors * window_requests)) ]
}

# is_too_slow: three times the old median, and half a second more than it.
is_too_slow() {
    [ -n "$old_median" ] && [ -n "$new_median" ] &&
        [ "$new_median" -gt $((old_median * 3)) ] && [ "$new_median" -gt $((old_median + 500)) ]
}

# percent PART WHOLE: such as 1.25%
percent() {
    [ "$2" -gt 0 ] || { echo 0% && return; }
    awk -v part="$1" -v whole="$2" 'BEGIN { printf "%.4g%%\n", part * 100 / whole }'
}

# write_bake_report: the numbers so far, as facts, for the bake stage to pass on.
write_bake_report() {
    {
        tell bake-requests "$bake_requests"
        tell bake-errors "$bake_errors"
        tell bake-old-requests "$old_requests"
        tell bake-old-errors "$old_errors"
        tell bake-median "$new_median"
        tell bake-old-median "$old_median"
    } >"$bake_report.new"
    mv -f "$bake_report.new" "$bake_report"
}
