# How the host program speaks: human lines, and `@key=value` lines for the runner. Nothing here
# fails when nobody listens any more (the runner died): what was begun must still reach its end.

line_end='
'

# say TEXT: one line for people.
say() {
    printf '%s\n' "$1" 2>/dev/null || :
}

# tell KEY VALUE: one fact for the runner; line breaks in VALUE become spaces.
tell() {
    told=$2
    case $told in *[[:cntrl:]]*) told=$(printf '%s' "$told" | tr '\n\r' '  ') ;; esac
    printf '@%s=%s\n' "$1" "$told" 2>/dev/null || :
}

# tell_mended TEXT: what was put right. Sets done_before, for what is refused after it.
tell_mended() {
    tell mended "$1"
    mended="${mended:+$mended; }$1"
    done_before="Put right first: $mended. Nothing else was changed."
}

# tell_lines KEY: every line of stdin as one fact each, at most 2,000 bytes of it.
tell_lines() {
    cut -b1-2000 | sed "s/^/@$1=/" 2>/dev/null || :
}

# exit_code REASON: the number a failure ends with; src/failure.ts has the same table.
exit_code() {
    case $1 in
        locked) echo 10 ;;
        not-ours) echo 11 ;;
        disk-full) echo 12 ;;
        port-taken) echo 13 ;;
        java-missing) echo 14 ;;
        java-too-old) echo 15 ;;
        start-failed) echo 16 ;;
        unhealthy) echo 17 ;;
        nginx-missing) echo 18 ;;
        nginx-config-invalid) echo 19 ;;
        front-door-mismatch) echo 20 ;;
        upload-corrupt) echo 21 ;;
        host-unfit) echo 22 ;;
        input-invalid) echo 23 ;;
        link-lost) echo 24 ;;
        host-error) echo 25 ;;
        bake-failed) echo 26 ;;
        memory-short) echo 27 ;;
        no-previous-release) echo 28 ;;
        package-failed) echo 29 ;;
        *) echo 1 ;;
    esac
}

# fail REASON MESSAGE REMEDY: ends the stage; says what is, where the traffic is, what to do.
fail() {
    tell reason "$1"
    tell message "$2"
    tell traffic "$(describe_traffic)"
    tell remedy "$3"
    exit "$(exit_code "$1")"
}

# seconds MILLISECONDS: the same as decimal seconds, for sleep, flock and curl.
seconds() {
    printf '%d.%03d' "$(($1 / 1000))" "$(($1 % 1000))"
}

# now_ms: milliseconds since 1970 by the host's clock.
now_ms() {
    date +%s%3N
}

# uptime_ms: milliseconds since boot; for deadlines, which a moved clock must not stretch.
uptime_ms() {
    read -r uptime_seconds _ </proc/uptime
    echo "$((${uptime_seconds%.*} * 1000 + 1${uptime_seconds#*.}0 - 1000))"
}
