# What nginx's per-request log says of clients. One line a request:
# time|status|request time|group|upstream addresses|their statuses|their times|our nonce (empty: a client's)|OK if the
# answer went out whole.

# without_nul: a power cut can leave NUL bytes where a log had grown; grep takes such a text for no text at all,
# and finds nothing more in it.
without_nul() {
    tr -d '\000'
}

# read_traffic_log: the whole log, the rotated part first.
read_traffic_log() {
    { cat "$traffic_log.1" "$traffic_log" 2>/dev/null || :; } | mend_lines
}

# mend_lines: the lines of stdin, each whole. On a full disk nginx cuts a line short, and the next one is glued to it:
# what is cut is left out. A time, the first of a line's 9 fields, has 14 characters.
mend_lines() {
    without_nul | awk -F'|' '
        NF == 9 && length($1) <= 14 { print; next }
        NF >= 9 {
            first = NF - 8
            whole = substr($first, length($first) - 13)
            for (i = first + 1; i <= NF; i++) whole = whole "|" $i
            print whole
        }'
}

# follow_traffic_log: what was added since the last call, once each, also over a rotation. nginx writes a line at
# once. Remembers how far it has read, by inode, in $scratch.
follow_traffic_log() {
    for log in "$traffic_log.1" "$traffic_log"; do
        log_identity=$(stat -c '%d-%i %s' "$log" 2>/dev/null) || continue
        log_size=${log_identity#* }
        log_mark=$scratch/log-${log_identity%% *}
        log_read=0
        [ ! -e "$log_mark" ] || read -r log_read <"$log_mark"
        [ "$log_read" -le "$log_size" ] || log_read=0 # another file that got this inode
        if [ "$log_size" -gt "$log_read" ]; then
            tail -c "+$((log_read + 1))" "$log" 2>/dev/null | head -c "$((log_size - log_read))" || :
            echo "$log_size" >"$log_mark"
        fi
    done
}

# traffic_reader: awk functions for the lines above; `new` and `old` are the colors' upstream addresses.
traffic_reader() {
    cat <<'AWK'
function answered_by(    n, tried) {
    n = split($5, tried, /, | : /)
    return tried[n] == new ? "new" : tried[n] == old ? "old" : "nginx"
}
function was_tried(color,    n, tried) {
    for (n = split($5, tried, /, | : /); n > 0; n--) if (tried[n] == color) return 1
}
function is_own() { return $8 != "" && $8 != "-" }
AWK
}

# count_requests COLOR: clients' requests since the switch to COLOR, by who answered; failed = 5xx, closed = 499
# (the client hung up). downtime is the longest time between two successes, or the switch and the first one,
# with a failure between them. Our own requests through the front door are counted apart.
count_requests() {
    read_traffic_log | awk -F'|' -v since="$switched_at" -v new="127.0.0.1:$(port_of "$1")" \
        -v old="127.0.0.1:$(port_of "$(other_color "$1")")" "$(traffic_reader)"'
        $1 * 1000 < since { next }
        is_own() { own++; if ($2 >= 500) own_failed++; next }
        {
            t = $1 * 1000; who = answered_by()
            requests++; by[who]++
            if ($2 == 499) { closed++; hung[who]++; next }
            if ($2 >= 500) { failed++; broke[who]++; broken = 1; next }
            if (ok && t - ok > gap) gap = t - ok
            if (broken && t - (ok ? ok : since) > down) down = t - (ok ? ok : since)
            ok = t; broken = 0
        }
        END {
            if (broken && t - (ok ? ok : since) > down) down = t - (ok ? ok : since)
            printf "@requests=%d\n@failed-requests=%d\n@closed-by-client=%d\n@longest-gap=%d\n@downtime=%d\n", requests, failed, closed, gap, down
            for (i = split("new old", color, " "); i > 0; i--) {
                who = color[i]
                printf "@%s-requests=%d\n@%s-failed=%d\n@%s-closed=%d\n", who, by[who], who, broke[who], who, hung[who]
            }
            printf "@own-requests=%d\n@own-failed=%d\n", own, own_failed
        }'
}

# count_cut COLOR OPEN SINCE: of OPEN connections to COLOR at the time SINCE (ms since 1970), when it was told to stop:
# sets drain_cut to those whose answer, or the backup's in its place, did not go out whole since (an error page of
# nginx is none), and drain_cut_web_sockets. A request that began before the log was turned on counts as cut although
# it may have ended well.
count_cut() {
    read_traffic_log | awk -F'|' -v open="$2" -v since="$3" -v new="127.0.0.1:$(port_of "$1")" "$(traffic_reader)"'
        $1 * 1000 < since || !was_tried(new) { next }
        $2 == 101 { sockets++; next }
        $9 == "OK" && $2 != 502 && $2 != 504 { whole++ }
        END { print (open > whole ? open - whole : 0), sockets + 0 }' >"$scratch/cut"
    read -r drain_cut drain_cut_web_sockets <"$scratch/cut"
}
