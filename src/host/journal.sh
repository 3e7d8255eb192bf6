# One switch is one transaction: intent first, verdict last, and what was there before kept beside it.

# keep_before: copies of everything the switch may replace; what is absent now will be removed again.
keep_before() {
    rm -rf "$before"
    install -d -m 0700 "$before" || return 1
    for file in "$site_conf" "$live_conf" "$marker"; do
        if [ -e "$file" ]; then cp -p "$file" "$before/${file##*/}" || return 1; fi
    done
    if [ "$site" = managed ] && [ -n "$(stock_default_site)" ]; then
        readlink "$(stock_default_site)" >"$before/sites-enabled-default" || return 1
    fi
    find "$before" -exec sync {} +
}

# open_journal FROM TO: the intent; from here on a crash is repaired by the next command.
open_journal() {
    printf 'state=open\nfrom=%s\nto=%s\nrelease=%s\n' "${1:-none}" "$2" "$release" | put_file "$journal" 0600
}

# close_journal VERDICT: switched or restored.
close_journal() {
    sed "s/^state=.*/state=$1/" "$journal" | put_file "$journal" 0600
}

# journal_fact KEY
journal_fact() {
    sed -n "s/^$1=//p" "$journal" 2>/dev/null
}

# put_back FILE: as keep_before found it; sets put_back_changed when nginx must read it again.
put_back() {
    kept=$before/${1##*/}
    if [ -e "$kept" ]; then
        if ! cmp -s "$kept" "$1"; then
            put_file "$1" 0644 <"$kept" || return 1
            put_back_changed=yes
        fi
    elif [ -e "$1" ]; then
        remove_file "$1" || return 1
        put_back_changed=yes
    fi
}

# restore_before: everything as it was before the switch, nginx reading it again where it must. The
# marker goes first: that alone moves the traffic back, without a reload.
restore_before() {
    put_back "$marker"
    put_back_changed=''
    put_back "$live_conf"
    put_back "$site_conf"
    if [ -e "$before/sites-enabled-default" ] && [ ! -e /etc/nginx/sites-enabled/default ]; then
        put_link "$(cat "$before/sites-enabled-default")" /etc/nginx/sites-enabled/default
        put_back_changed=yes
    fi
    if [ -n "$put_back_changed" ] && nginx -t </dev/null >/dev/null 2>&1; then
        reload_nginx || :
    fi
}

# leave_color COLOR: waits for its requests, then stops it; for a color that traffic was taken back from.
leave_color() {
    if [ "$(live_color)" != "$1" ]; then
        drain_color "$1" 10000
        stop_color "$1"
    fi
}

# repair: what an earlier switch left open is finished when its new release serves the front door,
# else taken back. Every stage that changes the host begins with it.
repair() {
    [ "$(journal_fact state)" = open ] || return 0
    repair_to=$(journal_fact to)
    find_front_door
    if nginx -t </dev/null >/dev/null 2>&1 && [ "$(live_color)" = "$repair_to" ] && is_served_by "$repair_to" && prove_release "$repair_to"; then
        close_journal switched || cannot_write "$journal"
        say "finished a switch that an earlier run left open: traffic goes to $(release_of "$repair_to") ($repair_to)"
    else
        restore_before || :
        leave_color "$repair_to"
        close_journal restored || cannot_write "$journal"
        say "took back a switch that an earlier run left open"
    fi
}
