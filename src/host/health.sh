# Healthy: the health path answers 200 and, if the body is JSON with a top-level `status`, it is UP.

# probe COLOR: asks once; sets probe_status and probe_curl (how curl ended), leaves the body in $probe_body and curl's
# complaint beside it; 0 when healthy.
probe() {
    probe_body=$scratch/probe-body probe_curl=0
    : >"$probe_body"
    probe_status=$(ask_health "$1" 2>"$scratch/probe-error") || probe_curl=$?
    if is_adopted "$1"; then
        has_answered
    else
        [ "$probe_status" = 200 ] && is_body_up <"$probe_body"
    fi
}

# ask_health COLOR: one request; the body goes into $probe_body, and no more of it than is read: before 8.4 curl heeds its
# own limit only where the length is told beforehand, and an answer without end would fill /run.
ask_health() {
    asked_port=$(health_port_of "$1")
    trap '' XFSZ
    # shellcheck disable=SC3045 # dash, busybox and bash have it
    ulimit -f 128
    exec curl -gsS --path-as-is -o "$probe_body" -w '%{http_code}' --max-time "${probe_seconds:-5}" --max-filesize 65536 --noproxy '*' \
        "http://127.0.0.1:$asked_port$health_path" </dev/null
}

# has_answered: healthy enough for an adopted jar, which may lack the health path of the releases: any answer but a
# server's error.
has_answered() {
    case $probe_status in 000 | 5*) return 1 ;; esac
}

# is_body_up: stdin is a health body; false only for a JSON object whose own `status` is not "UP".
is_body_up() {
    awk '
        { gsub(/\r/, ""); body = body $0 }
        END {
            depth = 0; key = ""
            while (length(body)) {
                if (match(body, /^[ \t,:]+/)) { body = substr(body, RLENGTH + 1); continue }
                if (match(body, /^"([^"\\]|\\.)*"/)) {
                    token = substr(body, 2, RLENGTH - 2); body = substr(body, RLENGTH + 1)
                    if (depth == 1 && key == "status") exit token != "UP"
                    key = body ~ /^[ \t]*:/ ? token : ""
                    continue
                }
                if (depth == 1 && key == "status") exit 1
                c = substr(body, 1, 1); body = substr(body, 2)
                if (c == "{" || c == "[") depth++
                if (c == "}" || c == "]") depth--
                if (depth == 0) exit 0
            }
        }'
}

# explain_probe: the last answer and what it means, to be read after "it answered".
explain_probe() {
    case $probe_status in
        '') echo "nothing (it was not asked)" ;;
        000) echo "nothing ($(explain_silence))" ;;
        301 | 302 | 303 | 307 | 308 | 401 | 403) echo "$probe_status: something guards it, most likely Spring Security" ;;
        200) if is_body_up <"$probe_body"; then echo 200; else echo "200, but its status is not UP"; fi ;;
        *) echo "$probe_status" ;;
    esac
}

# explain_silence: why there was no answer, by the way curl ended.
explain_silence() {
    case $probe_curl in
        7) echo "the connection was refused" ;;
        28) echo "none came within ${probe_seconds:-5} s" ;;
        52) echo "the connection was closed without an answer" ;;
        56) echo "the connection was reset" ;;
        *) sed -n '1s/^curl: ([0-9]*) //p' "$scratch/probe-error" ;;
    esac
}
