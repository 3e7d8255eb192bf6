# What each word may be that comes from a user with the right for one app alone. The runner's own checks are no
# protection here: whoever has the key calls the program without it. Values become paths, curl's configuration, lines
# of files that root reads again, and numbers in arithmetic.

# check_strictly: refuses word_key, a key that is not the caller's, or word_value, a value that it may not have.
check_strictly() {
    [ "${#word_value}" -le 32768 ] || refuse_word
    strict_number='(0|[1-9][0-9]{0,8})'
    strict_path="/[A-Za-z0-9._~!\$&'()*+,;=:@%/?-]*"
    case $word_key in
        color) strict='blue|green' ;;
        release) strict='[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}|' ;;
        jar-at) strict='[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}|' ;;
        run) strict='[0-9a-f]{16}' ;;
        lease | resume) strict='0|[1-9][0-9]{0,14}' ;;
        followed) strict='[1-9][0-9]{0,14}\.[a-z]{1,10}' ;;
        first) strict='inspect|rollback|' ;;
        after) strict='upload|start|switch|' ;;
        holder | rollback-reason) strict='[^[:cntrl:]]*' ;;
        jar-sha256 | env-sha256 | launch-sha256) strict='[0-9a-f]{64}' ;;
        salt) strict='[0-9a-f]{32}' ;;
        jar-bytes | payload-bytes | heap-max | heap-start) strict='0|[1-9][0-9]{0,12}' ;;
        env-bytes | launch-bytes | json-bytes | pieces-bytes | recipe-bytes) strict='0|[1-9][0-9]{0,5}' ;;
        class-version | health-successes) strict='0|[1-9][0-9]{0,2}' ;;
        heap-share | bake-max-errors | keep-releases) strict='0|[1-9][0-9]{0,4}' ;;
        lock-wait | health-timeout | health-interval | warm-up-requests | drain-timeout | bake-time) strict=$strict_number ;;
        force) strict='yes|' ;;
        keep-previous) strict='stopped|running' ;;
        confirmed-by) strict='host|runner' ;;
        java) strict='/[A-Za-z0-9._/+@-]+|[A-Za-z0-9._+][A-Za-z0-9._+-]*' ;;
        health-path) strict=$strict_path ;;
        warm-up-paths) strict="$strict_path( $strict_path)*|" ;;
        front-host) strict='[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+' ;;
        *) refuse_word ;;
    esac
    check_name "$word_key" "$word_value" "^($strict)\$"
}

# refuse_word: says which, by what can be shown of it.
refuse_word() {
    fail input-invalid "The host program refuses the word '$(printf '%.40s' "$word_key")' to a user with the right for $app alone." "Use the action of the version that the host was set up with."
}
