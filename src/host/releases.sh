# The releases on the disk.

# list_releases: their names, the newest first.
list_releases() {
    find "$releases" -mindepth 1 -maxdepth 1 -type d -name '*Z-????????' -printf '%f\n' 2>/dev/null | sort -r
}

# prune_releases: the newest keep-releases good ones stay, whatever a color leads to, this run takes its jar from, or a
# rollback would go back to. Others, bad or never live, do not count as kept: the newest of them stays, to be looked at,
# so that failed deploys cannot fill the disk.
prune_releases() {
    [ "$keep_releases" -gt 0 ] || return 0
    kept=0 kept_others=0
    last_good=$(previous_good "$(release_of "$(live_color)")")
    linked_blue=$(release_of blue) linked_green=$(release_of green)
    list_releases | while read -r name; do
        if is_good "$name"; then
            kept=$((kept + 1)) is_over=$((kept > keep_releases))
        else
            kept_others=$((kept_others + 1)) is_over=$((kept_others > 1))
        fi
        case $name in "$linked_blue" | "$linked_green" | "$jar_at" | "$last_good") continue ;; esac
        if [ "$is_over" = 1 ] && ! is_in_recipe "$name"; then
            rm -rf "${releases:?}/$name"
            say "removed the old release $name"
        fi
    done
}

# is_in_recipe RELEASE: whether the jar that is being uploaded is to be made of that release's.
is_in_recipe() {
    [ -n "$part" ] && grep -qs "^$1 " "$part/recipe"
}

# tell_releases: each with what is known of it, for people.
tell_releases() {
    list_releases | while read -r name; do tell release-there "$(describe_release "$name")"; done
}

# describe_release RELEASE
describe_release() {
    if [ "$1" = "$(release_of "$(live_color)")" ]; then
        echo "$1 (live)"
    elif is_bad "$1"; then
        echo "$1 (bad: $(sed -n 's/^why=//p' "$releases/$1/bad"))"
    elif is_good "$1"; then
        echo "$1 (good, live since $(good_fact "$1" at) until another took over)"
    else
        echo "$1 (never live)"
    fi
}
