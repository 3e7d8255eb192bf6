# The mark on a release that was live and did well: its file `good`. It is set when a switch to the release is confirmed,
# with the token of the newest run, which grows: so it tells which was live last.

# mark_good RELEASE: also takes the mark `bad` from it, and from those that are the same in jar, environment and launch
# options: whoever deploys one again on purpose wants it.
mark_good() {
    [ -d "$releases/$1" ] || return 0
    read_token
    printf 'token=%s\nat=%s\n' "$newest_token" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" | put_file "$releases/$1/good" 0644 ||
        say "$1 could not be marked as good: is the disk full?"
    for twin in "$releases"/*-"${1##*-}"; do
        if [ -e "$twin/bad" ] && is_same_release "${twin##*/}" "$1"; then remove_file "$twin/bad" || :; fi
    done
}

# is_good RELEASE: whether it was live, confirmed, and is not marked as bad since.
is_good() {
    [ -e "$releases/$1/good" ] && ! is_bad "$1"
}

# good_fact RELEASE KEY
good_fact() {
    fact_in "$releases/$1/good" "$2"
}

# is_same_release RELEASE RELEASE
is_same_release() {
    [ "$(release_fact "$1" jarSha256)" = "$(release_fact "$2" jarSha256)" ] &&
        cmp -s "$releases/$1/env" "$releases/$2/env" && cmp -s "$releases/$1/launch.conf" "$releases/$2/launch.conf"
}

# judge_releases: once a switch is confirmed its release is good, and one that was rolled back from is bad.
judge_releases() {
    mark_good "$(journal_fact release)"
    left_why=$(journal_fact left-why)
    left_release=$(release_of "$(journal_fact from)")
    [ -z "$left_why" ] || [ -z "$left_release" ] || mark_bad "$left_why" "$left_release"
}

# previous_good RELEASE: the good one that was live last, but for RELEASE, and is whole; empty when there is none.
previous_good() {
    list_releases | while read -r listed; do
        if [ "$listed" != "$1" ] && is_good "$listed"; then echo "$(good_fact "$listed" token) $listed"; fi
    done | sort -k 1,1nr -k 2,2r | while read -r _ listed; do
        if is_whole "$listed"; then
            echo "$listed"
            break
        fi
    done
}

# is_whole RELEASE: whether everything that its start needs is there, and its jar is the one it was made with.
is_whole() {
    [ -e "$releases/$1/env" ] && [ -s "$releases/$1/launch.conf" ] && [ -d "$releases/$1/work" ] || return 1
    sum_of "$releases/$1/app.jar"
    [ -n "$summed" ] && [ "$summed" = "$(release_fact "$1" jarSha256)" ]
}
