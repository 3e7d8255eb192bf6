# The releases on the disk.

# prune_releases: the newest keep-releases stay, and whatever a color leads to or this run takes its jar from.
prune_releases() {
    [ "$keep_releases" -gt 0 ] || return 0
    kept=0
    find "$releases" -mindepth 1 -maxdepth 1 -type d -name '*Z-????????' -printf '%f\n' | sort -r | while read -r name; do
        kept=$((kept + 1))
        case $name in "$(release_of blue)" | "$(release_of green)" | "$jar_at") continue ;; esac
        if [ "$kept" -gt "$keep_releases" ]; then
            rm -rf "${releases:?}/$name"
            say "removed the old release $name"
        fi
    done
}
