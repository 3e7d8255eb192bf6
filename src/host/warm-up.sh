# The warm-up: requests to a release that is healthy and that clients do not meet yet.

warm_up_limit=60000 warm_up_most_times=10

# warm_up: requests warm-up-paths by turns on the color's port, as nginx would for its clients, until
# warm-up-requests are done and the latency has settled; at most 10 times as many, and for 60 s.
# Answers of 400 and above, or none, are no failure but a finding.
# Tells warm-up-requests, warm-up-failed, warm-up-ms, warm-up-settled (yes or no); and of the answers, in
# microseconds, warm-up-first, warm-up-last (median of the last tenth) and warm-up-p99.
# Fails as start-failed, unhealthy, link-lost.
warm_up() {
    find_front_door
    warm_up_base=http://127.0.0.1:$(port_of "$color")
    warm_up_log=$scratch/warm-up
    : >"$warm_up_log"
    warm_up_began=$(uptime_ms) warm_up_ms=0 warm_up_sent=0 warm_up_done=0 warm_up_settled=no
    warm_up_most=$((warm_up_requests * warm_up_most_times)) warm_up_batch=20
    while [ "$warm_up_sent" -lt "$warm_up_most" ] && [ "$warm_up_ms" -lt "$warm_up_limit" ]; do
        warm_up_left=$((warm_up_requests - warm_up_done))
        [ "$warm_up_left" -gt 0 ] || warm_up_left=$((warm_up_most - warm_up_sent))
        send_warm_up "$((warm_up_left < warm_up_batch ? warm_up_left : warm_up_batch))"
        is_running || give_up start-failed
        ! is_abandoned || give_up link-lost
        if [ "$warm_up_done" -ge "$warm_up_requests" ] && has_settled; then
            warm_up_settled=yes
            break
        fi
    done
    tell_warm_up
    probe "$color" || { sleep 1 && probe "$color"; } || give_up unhealthy 'after its warm-up'
}

# send_warm_up COUNT: one batch, by four clients with a kept-alive connection each. A client whose request
# is not answered leaves the rest of its list. Batches are made to last about a second.
send_warm_up() {
    batch_began=$(uptime_ms)
    for client in 0 1 2 3; do
        list_warm_up "$client" "$1" >"$scratch/warm-up-list-$client"
        timeout "$(((warm_up_limit - warm_up_ms) / 1000 + 1))" curl -sg --path-as-is --noproxy '*' --max-time 10 \
            --fail-early -K "$scratch/warm-up-list-$client" -A nginx-bluegreen -H "Host: $door_name" \
            -H "X-Forwarded-Proto: $door_scheme" -w '%{time_total} %{http_code} %{url_effective}\n' \
            </dev/null >"$scratch/warm-up-times-$client" 2>/dev/null 8>&- &
    done
    wait
    paste -d '\n' "$scratch"/warm-up-times-[0-3] | awk -v base="$warm_up_base" '
        NF == 3 { printf "%d %s %s\n", $1 * 1000000 + 0.5, $2, substr($3, length(base) + 1) }' >>"$warm_up_log"
    warm_up_sent=$((warm_up_sent + $1)) warm_up_done=$(wc -l <"$warm_up_log")
    warm_up_ms=$(($(uptime_ms) - warm_up_began)) batch_ms=$(($(uptime_ms) - batch_began))
    if [ "$batch_ms" -lt 500 ] && [ "$warm_up_batch" -lt 400 ]; then
        warm_up_batch=$((warm_up_batch * 2))
    elif [ "$batch_ms" -gt 2000 ] && [ "$warm_up_batch" -gt 4 ]; then
        warm_up_batch=$((warm_up_batch / 2))
    fi
}

# list_warm_up CLIENT COUNT: what curl reads: its share of the next COUNT requests, the paths by turns.
list_warm_up() {
    printf '%s\n' "$warm_up_paths" | tr ' ' '\n' | awk -v client="$1" -v count="$2" -v sent="$warm_up_sent" -v base="$warm_up_base" '
        { path[NR - 1] = $0 }
        END {
            for (i = client; i < count; i += 4)
                printf "url = \"%s%s\"\noutput = \"/dev/null\"\n", base, path[(sent + i) % NR]
        }'
}

# has_settled: whether the median of the last tenth of the answers is at most a tenth, or 0.1 ms, lower
# than the median of the tenth before.
has_settled() {
    warm_up_latencies >"$scratch/warm-up-latencies"
    tenth=$(($(wc -l <"$scratch/warm-up-latencies") / 10))
    [ "$tenth" -gt 0 ] || return 1
    last=$(tail -n "$tenth" "$scratch/warm-up-latencies" | nth_lowest 50)
    before_last=$(tail -n "$((tenth * 2))" "$scratch/warm-up-latencies" | head -n "$tenth" | nth_lowest 50)
    [ "$((last * 10))" -ge "$((before_last * 9))" ] || [ "$((last + 100))" -ge "$before_last" ]
}

# warm_up_latencies: of every answer, in order.
warm_up_latencies() {
    awk '$2 != "000" { print $1 }' "$warm_up_log"
}

# nth_lowest PERCENT: of the numbers on stdin the one that so many percent do not exceed; 50 is the median.
nth_lowest() {
    sort -n | awk -v percent="$1" '{ v[NR] = $1 } END { i = int((NR * percent + 99) / 100); if (NR) print v[i] }'
}

tell_warm_up() {
    tell warm-up-requests "$warm_up_done"
    tell warm-up-ms "$warm_up_ms"
    tell warm-up-settled "$warm_up_settled"
    warm_up_failed=$(awk '$2 == "000" || $2 >= 400' "$warm_up_log" | wc -l)
    tell warm-up-failed "$warm_up_failed"
    warm_up_latencies >"$scratch/warm-up-latencies"
    answers=$(wc -l <"$scratch/warm-up-latencies")
    if [ "$answers" -gt 0 ]; then
        tell warm-up-first "$(head -n 1 "$scratch/warm-up-latencies")"
        tell warm-up-last "$(tail -n "$(((answers + 9) / 10))" "$scratch/warm-up-latencies" | nth_lowest 50)"
        tell warm-up-p99 "$(nth_lowest 99 <"$scratch/warm-up-latencies")"
    fi
    if [ "$warm_up_failed" -gt 0 ]; then
        tell finding "$warm_up_failed of $warm_up_done warm-up requests failed: $(describe_failed_warm_up). Look at warm-up-paths."
    fi
}

# describe_failed_warm_up: one of them, as an example.
describe_failed_warm_up() {
    awk '$2 == "000" { print $3 " was not answered"; exit } $2 >= 400 { print $3 " answered " $2; exit }' "$warm_up_log"
}
