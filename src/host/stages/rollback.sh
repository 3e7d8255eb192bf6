# rollback: chooses the release to go back to and, where it is still running, moves the traffic to it at once. Takes app,
# release (or none: the good one that was live before), ports, site and health parameters, force, rollback-reason (a
# clause about the release that is left, which becomes its mark), and what switch and retire take. Tells live-color,
# live-release, live-proof, drift, remedy, target, target-color, and chosen:
#   live       the target is live: there is nothing to do
#   untrusted  the front door is not served by what should be live, and force was not given: nothing was done
#   running    the traffic was moved to it, as by switch; confirmed without a bake, `retired` follows, as by retire
#   stopped    it must be started first
# Fails as no-previous-release, and as inspect, switch and retire do.
stage_rollback() {
    begin_change
    revive_nginx
    inspect_nginx
    repair "was not confirmed by the run that switched to it"
    stop_left_candidate "left by an earlier run"
    inspect_live
    choose_release
    tell target "$release"
    tell_origin target "$release"
    color=$(other_color "$live")
    tell target-color "$color"
    if [ "$release" = "$live_release" ]; then
        tell chosen live
    elif [ "$live_proof" = mismatch ] && [ -z "$force" ]; then
        tell chosen untrusted
    else
        inspect_ownership
        if is_still_running; then flip; else inspect_start; fi
    fi
}

# choose_release: the one asked for, or the good one that was live last before the live one.
choose_release() {
    was_there_before=''
    [ ! -e "$replaced/how-it-was-started" ] || was_there_before="The jar that served before the first deploy is no release: going back to it is done by hand, as docs/migration.md of the action says."
    [ -n "$live" ] || fail_without_target "No release of $app is live on this host, so there is none to go back from."
    release=${release:-$(previous_good "$live_release")}
    [ -n "$release" ] || ! is_adopted "$live" || fail_without_target "$(name_of "$live") is live, and no release of $app was live before it."
    [ -n "$release" ] || fail_without_target "No good release is left on this host but the live one, $live_release.${was_there_before:+ $was_there_before}"
    [ -d "$releases/$release" ] || fail_without_target "The release $release is not on this host."
    is_whole "$release" || fail_without_target "The release $release is not whole any more: its files were changed or removed by other hands."
}

# fail_without_target MESSAGE: names what is there.
fail_without_target() {
    tell_releases
    there=$(list_releases | head -n 4 | while read -r name; do printf '%s, ' "$(describe_release "$name")"; done)
    fail no-previous-release "$1 ${there:+There are: ${there%, }.} ${done_before:-Nothing was changed.}" \
        "Name one of the releases that are there as the input release, or deploy a good commit again."
}

# is_still_running: kept up since the traffic left it, proven and healthy.
is_still_running() {
    [ "$(release_of "$color")" = "$release" ] && prove_release "$color" && is_healthy "$color"
}

# flip: the release is up, so the traffic is moved to it in this very call.
flip() {
    tell chosen running
    note_start "$color"
    from=$live
    : | put_file "$measuring" 0644 || cannot_write "$measuring"
    move_traffic
    if [ "$(journal_fact state)" = switched ]; then
        retire_old
        tell retired yes
    fi
}

# inspect_start: whether it can be started, as inspect asks for a new one; what it needs stands in its own files.
inspect_start() {
    java=$(sed -n 's/^java=//p' "$releases/$release/launch.conf")
    class_version=$(release_fact "$release" classVersion)
    case $class_version in '' | *[!0-9]* | ????*) class_version=0 ;; esac
    inspect_java
    inspect_idle
    inspect_memory
    tell chosen stopped
}
