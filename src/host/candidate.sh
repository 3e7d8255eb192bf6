# The candidate: a release that was started and that the traffic was not moved to yet. It is noted before its start,
# so that whoever comes after a run that died can stop it; the journal of the switch takes over from there.

# note_candidate: this run's release on this run's color.
note_candidate() {
    printf 'color=%s\nrelease=%s\n' "$color" "$release" | put_file "$candidate" 0600
}

# forget_candidate: it was stopped, or the switch's journal knows it.
forget_candidate() {
    remove_file "$candidate"
}

# stop_left_candidate WHY: stops one that another run left, and says so; WHY is a clause.
stop_left_candidate() {
    [ -e "$candidate" ] || return 0
    left_color=$(candidate_fact color)
    if [ "$(live_color)" != "$left_color" ] && [ "$(release_of "$left_color")" = "$(candidate_fact release)" ]; then
        stop_color "$left_color"
        say "stopped $(candidate_fact release) ($left_color), which was started and not switched to, $1"
    fi
    forget_candidate || :
}

# candidate_fact KEY
candidate_fact() {
    sed -n "s/^$1=//p" "$candidate" 2>/dev/null
}
