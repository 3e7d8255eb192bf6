# bake: follows the watch over the new release until it has a verdict. Takes app, release, color. Changes nothing.
# Tells verdict (good | bad), bake-requests, bake-errors, bake-old-requests, bake-old-errors, bake-median and
# bake-old-median (ms; empty under 20 requests); when bad also why, taken-back, traffic, what tell_evidence tells, and
# the counts of count_requests. Fails as link-lost.
stage_bake() {
    follow_began=$(uptime_ms) next_word=10000
    while is_baking && [ "$(live_color)" = "$color" ]; do
        ! is_abandoned || fail link-lost "This run of $app has ended; the host watches on by itself." "Run again."
        sleep 0.2
        if [ $(($(uptime_ms) - follow_began)) -ge "$next_word" ]; then
            say "after $((next_word / 1000)) s: $(bake_fact bake-requests) requests, $(bake_fact bake-errors) errors"
            next_word=$((next_word + 10000))
        fi
    done
    while systemctl -q is-active "$unit-watch.service" "$unit-deadline.service" </dev/null; do sleep 0.1; done
    cat "$bake_report" 2>/dev/null || :
    case "$(journal_fact state) $(journal_fact why)" in
        'baked ' | 'switched ') tell verdict good ;;
        *) tell_bad_verdict ;;
    esac
}

# bake_fact KEY
bake_fact() {
    sed -n "s/^@$1=//p" "$bake_report" 2>/dev/null
}

# tell_bad_verdict: what the watch, or the deadline, found and did.
tell_bad_verdict() {
    read_nginx_config || :
    tell verdict bad
    found_why=$(journal_fact why)
    tell why "${found_why:-the watch took the traffic of $release back and could not write why into its journal: is the disk full?}"
    [ "$(journal_fact state)" = switched ] || tell taken-back yes
    tell traffic "$(describe_traffic)"
    switched_at=$(journal_fact switched-at)
    count_requests "$color"
}
