# Kept-alive connections of clients across a reload. From 1.27.4 on, nginx's old workers can leave those that
# had a request lately open for one more, answered with `Connection: close`, instead of closing them at once.

# How long after its last answer a connection is spared. It covers clients that ask again within it; the old
# workers live that much longer, and nginx, short of connections, cannot take back one idle for less.
keepalive_min=5s

# keepalive_min_text: our setting, for the server block. None where nginx lacks the directive, or where the
# configuration has a value of its own, which would be a duplicate in the server block.
keepalive_min_text() {
    if has_keepalive_min && [ -z "$(own_keepalive_min)" ]; then echo "keepalive_min_timeout $keepalive_min;"; fi
}

has_keepalive_min() {
    [ "$(nginx_version_number)" -ge 1027004 ]
}

# own_keepalive_min: the value the user gave our server block, itself, by a snippet or for all of http.
own_keepalive_min() {
    { nginx_fact ours-keepalive-min-timeout; nginx_fact snippet-keepalive-min-timeout; nginx_fact http-keepalive-min-timeout; } | head -n 1
}

# keepalive_timeout: how long nginx keeps an idle connection of a client, as it is written.
keepalive_timeout() {
    { nginx_fact ours-keepalive-timeout; nginx_fact http-keepalive-timeout; echo 75s; } | sed 's/ .*//; 1q'
}

# nginx_time_ms TIME: a time as nginx reads it, 1m30s, 500ms or 75, in ms.
nginx_time_ms() {
    printf '%s\n' "$1" | awk '{
        text = $0
        while (match(text, /^ *[0-9]+(ms|[smhdwMy])?/)) {
            part = substr(text, 1, RLENGTH); text = substr(text, RLENGTH + 1)
            unit = part; gsub(/[0-9 ]/, "", unit)
            each = unit == "ms" ? 1 : unit == "m" ? 60000 : unit == "h" ? 3600000 : unit ~ /[dwMy]/ ? 86400000 : 1000
            sum += part * each
        }
        printf "%d", sum
    }'
}
