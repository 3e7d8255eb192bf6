# Taking a switch back: the traffic first, then the files, then the color it was taken from.

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

# restore_before: everything as it was before the switch. The marker goes first: that alone moves the traffic
# back, without a reload. Sets put_back_changed when nginx must read its files again.
restore_before() {
    put_back "$marker"
    put_back_changed=''
    put_back "$live_conf"
    put_back "$site_conf"
    if [ -e "$before/sites-enabled-default" ] && [ ! -e /etc/nginx/sites-enabled/default ]; then
        put_link "$(cat "$before/sites-enabled-default")" /etc/nginx/sites-enabled/default
        put_back_changed=yes
    fi
}

# reload_what_was_put_back: nginx reads the files of restore_before where it must: also when they were put back by
# one that was killed before its reload.
reload_what_was_put_back() {
    if { [ -n "$put_back_changed" ] || has_read_others; } && nginx -t </dev/null >/dev/null 2>&1; then
        reload_nginx || :
    fi
}

# has_read_others: whether nginx goes by other files of ours than those that are there; knocks until one is logged, three
# times at most. Where it chooses none of our groups (a fixed proxy_pass, another server block), reading them again would
# only break requests.
has_read_others() {
    for _ in 1 2 3; do
        knock
        [ -z "$door_proxied" ] || break
    done
    case $door_proxied in
        "$app-$(live_color)") return 1 ;;
        "$app-blue" | "$app-green") ;;
        '') is_disk_full "$traffic_log" ;;
        *) return 1 ;;
    esac
}

# leave_color COLOR: waits for its requests, then stops it; for a color that traffic was taken back from.
leave_color() {
    if [ "$(live_color)" != "$1" ]; then
        drain_color "$1" 10000
        stop_color "$1"
    fi
}

# repair: what an earlier switch left unfinished. One that was still under way is finished when its healthy new
# release serves the front door and nothing but that was to confirm it, else taken back; one that was moved and
# never confirmed is taken back, unless the release before it cannot serve. Every stage that changes the host begins
# with it, and the deadline calls it. Takes what became of the switch, as a clause about its release. Sets done_before
# for what is refused after it.
repair() {
    repair_site
    is_unconfirmed || return 0
    forget_host
    done_before='The switch that an earlier run left open was ended first; nothing else was changed.'
    find_front_door
    repair_to=$(journal_fact to)
    if [ "$(journal_fact state)" = open ]; then
        repair_open "$1"
    else
        repair_moved "$1"
    fi
    disarm_deadline
    [ "$(live_color)" = "$repair_to" ] || leave_color "$repair_to"
}

repair_moved() {
    take_traffic_back "$(journal_fact release) $1" || :
    is_well "$repair_to" || mark_bad "it $1 and was not healthy" "$(journal_fact release)"
    say "$(journal_fact why)"
}

repair_open() {
    if nginx -t </dev/null >/dev/null 2>&1 && [ "$(live_color)" = "$repair_to" ] && is_served_by "$repair_to" && prove_release "$repair_to"; then
        if is_confirmed_by_switch && probe "$repair_to"; then
            turn_journal switched || cannot_write "$journal"
            judge_releases
            say "finished a switch that an earlier run left open: traffic goes to $(release_of "$repair_to") ($repair_to)"
        else
            repair_moved "$1"
        fi
    elif has_nothing_before; then
        turn_journal switched "$(journal_fact release) $1; it stays, since without $live_conf nginx would refuse its configuration" || cannot_write "$journal"
        say "$(journal_fact why)"
    else
        restore_before || :
        reload_what_was_put_back
        turn_journal restored "an earlier run left the switch open" || cannot_write "$journal"
        say "took back a switch that an earlier run left open"
    fi
}

# is_well COLOR: whether it runs as the proven release, and is healthy.
is_well() {
    prove_release "$1" && probe "$1"
}

# has_nothing_before: the first switch of an include site that nginx has read cannot be put back, unless setup has
# made a live.conf before it.
has_nothing_before() {
    [ "$site" = include ] && [ ! -e "$before/live.conf" ] && [ "$(journal_fact from)" = none ] && [ -e "$live_conf" ] && nginx -t </dev/null >/dev/null 2>&1
}

# take_traffic_back WHY: moves the traffic of a switch back to the color it came from, if that can serve, and
# verifies; the journal ends as restored, or as switched where nothing else could serve, with WHY (a clause) and what
# came of it as its `why`. Meanwhile it is open: nobody confirms what is on its way back, and whoever comes next ends
# it. 1 when the traffic stays where it is. The new color is left running.
take_traffic_back() {
    back_to=$(journal_fact from)
    if ! can_serve "$back_to"; then
        turn_journal switched "$1; it stays live all the same, since $cannot_serve" || :
        return 1
    fi
    turn_journal open || :
    if is_marker_form; then
        put_marker "$back_to" || restore_before
    else
        restore_before
        reload_what_was_put_back
    fi
    if verify_front_door "$back_to" 3; then
        turn_journal restored "$1; $(name_of "$back_to") ($back_to) serves again" || :
    else
        turn_journal restored "$1; the traffic was moved back to $back_to, but then $verdict" || :
    fi
}

# can_serve COLOR: whether it runs as the proven release, and is healthy unless the other one is not healthy either;
# else sets cannot_serve to a clause.
can_serve() {
    if [ "$1" = none ]; then
        cannot_serve="there was no release before it"
        return 1
    elif ! prove_release "$1"; then
        cannot_serve="the release before it cannot serve ($proof)"
        return 1
    elif ! is_healthy "$1" && is_healthy "$(other_color "$1")"; then
        cannot_serve="the release before it has lost its health"
        return 1
    fi
}

# is_healthy COLOR: at the first or at a second look.
is_healthy() {
    probe "$1" || { sleep 1 && probe "$1"; }
}

# put_marker COLOR: the one file that says which color is live; 1 when the disk is full.
put_marker() {
    if [ "$1" = green ]; then
        [ -e "$marker" ] || : | put_file "$marker" 0644
    else
        remove_file "$marker"
    fi
}
