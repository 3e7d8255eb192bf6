# Drift: what other hands changed since the last run. The front door decides which color is live; what is ours is then
# put where the front door is.

# mend_drift: links, marker, nginx's files, the live unit and the journal as the front door shows them. Tells mended and
# drift. What it cannot mend is left for inspect_live to find. A stage that only looks tells all of it as drift.
mend_drift() {
    renew_adopted
    mend_links
    look_at_door
    files_color=$(live_color)
    settled=$(settled_color)
    [ "$door_color" = "$files_color" ] || revive_live
    follow_front_door
    case $door_color in
        blue | green)
            if [ -n "$settled" ] && [ "$settled" != "$door_color" ]; then accept_live "$door_color"; fi
            keep_enabled "$door_color"
            ;;
    esac
}

# mend_links: a color's link leads to the release that its process runs, when that is one of ours.
mend_links() {
    for mended_color in blue green; do
        mended_release=$(running_release "$mended_color")
        linked_release=$(release_of "$mended_color")
        if [ -n "$mended_release" ] && [ "$mended_release" != "$linked_release" ] && prove_release "$mended_color" "$mended_release"; then
            if [ -n "$only_looks" ]; then
                tell drift "$home/$mended_color leads to ${linked_release:-nothing}, but $mended_release is what runs; the next deploy mends the link"
                continue
            fi
            put_link "releases/$mended_release" "$home/$mended_color" || cannot_write "$home/$mended_color"
            tell_mended "$home/$mended_color led to ${linked_release:-nothing}, but $mended_release is what runs; the link is back"
        fi
    done
}

# look_at_door: four knocks at once. Sets door_color to the color that answered them all, to none when nobody listens where nginx
# sends them, and leaves it empty when they do not agree or do not come by our groups; door_ports, all that
# answered; and door_choices, the groups that nginx chose.
look_at_door() {
    door_color='' door_ports='' door_choices='' door_answers=''
    knock_at_once 4
    read_knock 'none 000'
    door_seen=''
    while read -r one_knock; do
        read_knock "$one_knock"
        if [ "$door_seen" != "$door_status|$door_proxied|$door_upstream" ]; then
            door_seen="$door_status|$door_proxied|$door_upstream" door_answer=$(read_answer)
        fi
        door_choices="$door_choices $door_proxied"
        case " $door_answers " in *" $door_answer "*) ;; *) door_answers="$door_answers $door_answer" ;; esac
        case $door_status in 000 | 502 | 504) ;; *) door_ports="$door_ports ${door_upstream##*:}" ;; esac
    done <"$scratch/knocks"
    case $door_answers in
        ' blue' | ' green' | ' none') door_color=${door_answers# } ;;
    esac
}

# read_answer: the color that answered the last knock: the one nginx chose, or the other as its backup.
read_answer() {
    case $door_proxied in
        "$app-blue" | "$app-green") chosen=${door_proxied#"$app-"} ;;
        *) chosen=none-of-ours ;;
    esac
    case "$chosen $door_status $door_upstream" in
        none-of-ours* | *' 000 '* | *' 504 '*) echo other ;;
        *' 502 '*) if [ -z "$(port_listeners "$(port_of "$chosen")")" ]; then echo none; else echo other; fi ;;
        *" 127.0.0.1:$(port_of "$chosen"), 127.0.0.1:$(port_of "$(other_color "$chosen")")") other_color "$chosen" ;;
        *", "*) echo other ;;
        *" 127.0.0.1:$(port_of "$chosen")") echo "$chosen" ;;
        *) echo other ;;
    esac
}

# settled_color: the color that the last switch ended with, by the journal; empty when there is none.
settled_color() {
    case $(journal_fact state) in
        switched) journal_fact to ;;
        restored) journal_fact from | grep -vx none || : ;;
    esac
}

# follow_front_door: where nginx's files name another color than the one that answers, and what answers is our proven
# release, they are put there; or back, if the front door then shows anything else.
follow_front_door() {
    case $door_color in '' | none | "$files_color") return 0 ;; esac
    prove_release "$door_color" || return 0
    if [ -n "$only_looks" ]; then
        tell drift "nginx's files name $files_color, but the front door is served by $(name_of "$door_color") ($door_color); the next deploy mends it"
        files_color=$door_color
        return 0
    fi
    move_files "$door_color"
    if verify_front_door "$door_color" 4; then
        tell_mended "nginx's files named $files_color, but the front door was served by $(name_of "$door_color") ($door_color): they name $door_color now"
        files_color=$door_color
    else
        move_files "$files_color"
        door_color=''
    fi
}

# move_files COLOR: the marker, or the color in the text of live.conf; nginx reads that again where it goes another way.
move_files() {
    if is_marker_form; then
        put_marker "$1" || cannot_write "$marker"
    else
        sed "s|^\(set .service_url http://$app-\).*;\$|\1$1;|" "$live_conf" | put_own "$live_conf" 0644 || cannot_write "$live_conf"
        if [ "$door_proxied" != "$app-$1" ] && nginx -t </dev/null >/dev/null 2>&1; then reload_nginx || :; fi
    fi
}

# accept_live COLOR: other hands moved the traffic to a release of ours, which serves: it is live, for the journal and at
# the next boot too. An adopted jar does not come back at boot: then the release that is there does.
accept_live() {
    prove_release "$1" || return 0
    if [ -n "$only_looks" ]; then
        tell drift "the last switch ended with $settled, but the front door is served by $(name_of "$1") ($1), which other hands moved the traffic to; the next deploy takes it as live"
        return 0
    fi
    tell drift "the last switch ended with $settled, but the front door is served by $(name_of "$1") ($1), which other hands moved the traffic to: it is live now"
    if ! is_adopted "$1"; then
        enable_color "$1" || :
        systemctl disable --no-reload "$unit@$(other_color "$1").service" </dev/null >/dev/null 2>&1 || :
    fi
    accept_journal "$1" "the front door was served by it without a switch of ours" || cannot_write "$journal"
    is_adopted "$1" || mark_good "$(release_of "$1")"
}

# keep_enabled COLOR: the live color comes back after a reboot.
keep_enabled() {
    if is_adopted "$1" || is_enabled "$unit@$1.service"; then return 0; fi
    if [ -n "$only_looks" ]; then
        tell drift "$unit@$1, the unit of the live release, is disabled and would not come back after a reboot; the next deploy enables it"
    elif enable_color "$1"; then
        tell_mended "$unit@$1, the unit of the live release, was disabled and would not have come back after a reboot; it is enabled"
    else
        tell drift "$unit@$1, the unit of the live release, is disabled and could not be enabled: it will not come back after a reboot"
    fi
}

# keep_off_live: refuses to touch the color that the front door is served by, whatever nginx's files say.
keep_off_live() {
    files_color=$(live_color)
    [ -n "$files_color" ] || return 0
    find_front_door
    look_at_door
    follow_front_door
    [ "$(live_color)" != "$color" ] || fail front-door-mismatch "The traffic was moved to $color since this run began, so the new release can't take its place. Nothing was stopped." "Run again."
    read_files_again
    case " $door_ports " in
        *" $(port_of "$color") "*) fail front-door-mismatch "The front door is served by $color (port $(port_of "$color")), where the new release was to start: $(describe_knock). Nothing was stopped." \
            "Look for a fixed proxy_pass or another server block on the host (nginx -T), and run again when it uses \$service_url." ;;
    esac
}

# read_files_again: where nginx goes by files of before a switch that was taken back, it would send the traffic to a
# release as soon as that listens, though the other color serves as its backup until then.
read_files_again() {
    case " $door_choices " in *" $app-$color "*) ;; *) return 0 ;; esac
    if nginx -t </dev/null >/dev/null 2>&1 && reload_nginx; then look_at_door; fi
    case " $door_choices " in
        *" $app-$color "*) fail front-door-mismatch "nginx would send the traffic to $color as soon as the new release listens there, though its files name $files_color. Nothing was started." \
            "Have nginx read its files on the host ('nginx -t', then 'systemctl reload nginx'; if that does not help, restart it), and run again." ;;
    esac
    say "nginx went by files that were put back since: it has read them again"
}
