# The releases on the disk.

# prune_releases: the newest keep-releases stay, and whatever a color leads to or this run takes its jar from. Bad
# ones do not count as kept: the newest of them stays, to be looked at.
prune_releases() {
    [ "$keep_releases" -gt 0 ] || return 0
    kept=0 kept_bad=0
    find "$releases" -mindepth 1 -maxdepth 1 -type d -name '*Z-????????' -printf '%f\n' | sort -r | while read -r name; do
        if is_bad "$name"; then
            kept_bad=$((kept_bad + 1)) is_over=$((kept_bad > 1))
        else
            kept=$((kept + 1)) is_over=$((kept > keep_releases))
        fi
        case $name in "$(release_of blue)" | "$(release_of green)" | "$jar_at") continue ;; esac
        if [ "$is_over" = 1 ]; then
            rm -rf "${releases:?}/$name"
            say "removed the old release $name"
        fi
    done
}
