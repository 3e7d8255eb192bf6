# The mark on a release that is not to be gone back to: its file `bad`. It is set where the host saw, or the runner
# said, that the release itself is at fault:
#   it ended or stayed unhealthy at its start, or lost its health before the switch
#   smoke-command or verify-url said no to it
#   it did worse than it may in the bake, or did not hold up until the old color was stopped
#   nobody confirmed the switch to it, and it was not healthy by then
# It is not set for what the release cannot help: a disk that is full, nginx's configuration, a front door that is
# fixed elsewhere, a marker that other hands moved, a lost link, a cancelled run, a crash of the machine.

# mark_bad WHY [RELEASE]: WHY is a clause about it; the first one stays. Without RELEASE it is the one of this stage.
mark_bad() {
    bad_release=${2:-$release}
    [ -d "$releases/$bad_release" ] || return 0
    ! is_bad "$bad_release" || return 0
    printf 'why=%s\nat=%s\n' "$(printf '%s' "$1" | tr '\n\r' '  ')" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" |
        put_file "$releases/$bad_release/bad" 0644 || say "$bad_release could not be marked as bad: is the disk full?"
}

# is_bad RELEASE
is_bad() {
    [ -e "$releases/$1/bad" ]
}
