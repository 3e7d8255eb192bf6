# The files of others that a take-over changes: their new text, tried as a whole before any is touched, and their copies.

# tutorial_files: the files that nginx reads and that say which port it is, one a line.
tutorial_files() {
    if [ "$site" = managed ]; then tutorial_fact block; else tutorial_fact exchange; fi | cut -d'|' -f1 | sort -u
}

# taken_text FILE: what it will say: with site=include our live.conf in place of what gave $service_url (behind it, where
# that has more in it); with managed nothing of the server block. 1 where a statement is not on a line of its own.
taken_text() {
    awk -v facts="$tutorial_facts" -v file="$1" -v live="$live_conf" -v managed="$([ "$site" != managed ] || echo yes)" '
        function literal(text) { gsub(/[.*+?(){}|$]/, "[&]", text); return text }
        BEGIN {
            while ((getline fact <facts) > 0) {
                key = fact; sub(/ .*/, "", key); sub(/^[^ ]* /, "", fact)
                split(fact, part, "|")
                if (part[1] != file) continue
                if (key == "block") { if (managed) { first[part[2]] = 1; last[part[3]] = 1 } }
                else if (managed) continue
                else if (key == "proxy") proxies[part[2]] = 1
                else if (key == "exchange") { how[part[2]] = part[3]; what[part[2]] = part[4] }
            }
        }
        FNR in first { if ($0 !~ /^[ \t]*server[ \t]*[{]?[ \t]*(#.*)?$/) failed = 1; gone = 1 }
        gone {
            if (FNR in last) { if ($0 !~ /^[ \t]*[}][ \t]*(#.*)?$/) failed = 1; gone = 0 }
            next
        }
        FNR in how {
            statement = how[FNR] == "set" ? "set[ \t]+[$]service_url[ \t]+[^;]*;" : "include[ \t]+[\"'\'']?" literal(what[FNR]) "[\"'\'']?[ \t]*;"
            if (!match($0, statement)) failed = 1
            else $0 = substr($0, 1, how[FNR] == "beside" ? RSTART + RLENGTH - 1 : RSTART - 1) (how[FNR] == "beside" ? " " : "") "include " live ";" substr($0, RSTART + RLENGTH)
        }
        FNR in proxies && match($0, /proxy_pass[ \t]+[$]service_url[^;]*;/) {
            $0 = substr($0, 1, RSTART + RLENGTH - 1) " proxy_http_version 1.1; proxy_set_header Connection \"\";" substr($0, RSTART + RLENGTH)
        }
        { print }
        END { exit failed }' "$1"
}

# rehearse_take_over: nginx tests the whole configuration as it will be, in a copy of its folder where all that is not
# changed is a link; what it refuses is refused before anything is touched.
rehearse_take_over() {
    rehearsal=$scratch/rehearsal
    if ! mkdir -p "$rehearsal/etc" || ! cp -as /etc/nginx "$rehearsal/etc/" || ! mkdir -p "$rehearsal$nginx_home"; then cannot_write "$rehearsal"; fi
    sed -n 's/^# configuration file \(\/etc\/nginx\/.*\):$/\1/p' "$scratch/nginx-dump" | sort -u >"$scratch/rehearsed"
    while IFS= read -r rehearsed; do
        rm -f "$rehearsal$rehearsed"
        if tutorial_files | grep -qxF "$rehearsed"; then
            taken_text "$rehearsed" >"$scratch/taken" || fail front-door-mismatch "What sets \$service_url in $rehearsed does not stand on lines of its own, so that it is not exchanged by a program. Nothing was changed." \
                "Put each statement and each brace of that server block on a line of its own, then run again."
        else
            cat "$rehearsed" >"$scratch/taken"
        fi
        into_rehearsal <"$scratch/taken" >"$rehearsal$rehearsed"
    done <"$scratch/rehearsed"
    rm -f "$rehearsal$live_conf" "$rehearsal$site_conf" "${default_site:+$rehearsal$default_site}"
    live_conf_text "$tutorial_color" | into_rehearsal >"$rehearsal$live_conf"
    site_conf_text | into_rehearsal >"$rehearsal$site_conf"
    nginx -t -c "$rehearsal/etc/nginx/nginx.conf" </dev/null 2>"$nginx_error" ||
        fail nginx-config-invalid "nginx would refuse its configuration: $(nginx_complaint | sed "s|$rehearsal||g"). Nothing was changed." "$(complaint_remedy)"
    rm -rf "$rehearsal"
}

into_rehearsal() {
    sed "s|\(include[[:space:]]*[\"']\{0,1\}\)/etc/nginx/|\1$rehearsal/etc/nginx/|g"
}

# replaced_copy FILE: where its copy is.
replaced_copy() {
    printf '%s/%s\n' "$replaced" "$(printf '%s' "${1#/etc/nginx/}" | tr '/' '-')"
}

# keep_replaced: a copy of each file that is changed, and of the one that gave $service_url. The first stays: what comes
# after it is of our own making.
keep_replaced() {
    for kept_file in $(tutorial_files) $(tutorial_fact source); do
        kept_copy=$(replaced_copy "$kept_file")
        kept_mode=$(stat -L -c %a "$kept_file")
        [ -e "$kept_copy" ] || put_file "$kept_copy" "$kept_mode" <"$kept_file" || cannot_write "$kept_copy"
        cmp -s "$kept_copy" "$kept_file" || put_file "$kept_copy.$(date -u +%Y%m%dT%H%M%SZ)" "$kept_mode" <"$kept_file" || cannot_write "$kept_copy"
        cat "$kept_file" >"$scratch/original-${kept_copy##*/}" || cannot_write "$scratch/original"
    done
}

# put_taken FILE: its new text; a link stays one.
put_taken() {
    taken_target=$(readlink -f "$1")
    taken_text "$1" >"$scratch/taken" && put_file "$taken_target" "$(stat -c %a "$taken_target")" "$(stat -c %U:%G "$taken_target")" <"$scratch/taken"
}

# give_back REASON MESSAGE REMEDY: every file as it was, nginx back on it, and no word of an adopted jar left.
give_back() {
    set +e
    for kept_file in $(tutorial_files); do
        given_target=$(readlink -f "$kept_file")
        put_file "$given_target" "$(stat -c %a "$given_target")" "$(stat -c %U:%G "$given_target")" <"$scratch/original-$(basename "$(replaced_copy "$kept_file")")"
    done
    [ -z "$default_site" ] || mv -fT "$replaced/sites-enabled-default" "$default_site"
    for given_file in "$marker" "$live_conf" "$site_conf" "$adopted/blue" "$adopted/green"; do
        [ ! -e "$given_file" ] || remove_file "$given_file"
    done
    nginx -t </dev/null >/dev/null 2>&1 && reload_nginx
    given_port=$tutorial_port
    read_nginx_config
    if find_tutorial >/dev/null && [ "$tutorial_port" = "$given_port" ]; then
        fail "$1" "$2 Everything was put back: requests reach port $given_port as before." "$3"
    fi
    fail "$1" "$2 nginx's files were put back, but requests do not reach port $given_port." "Look at nginx on the host: nginx -t, and 'systemctl status nginx'. $3"
}
