# The host program as a boundary. `restricted APP STAGE key=value…` is all that a deploy user may run as root (see
# deployer.sh), so nothing that comes with it is trusted: neither the words and stdin, nor what the caller's process
# hands on to this one. What setup fixed for the app is read from its own file, whatever the words say.

is_restricted=''

# perform_restricted APP STAGE KEY=VALUE...
perform_restricted() {
    clear_surroundings
    is_restricted=yes
    tell stage "${2:-}"
    check_name app "${1:-}" '^[a-z][a-z0-9-]{0,30}$'
    app=$1 stage=${2:-}
    case $stage in
        acquire | inspect | upload | part | start | switch | bake | revert | retire | rollback | settle | follow | plan | status) ;;
        *) fail input-invalid "The host program refuses this stage to a user with the right for $app alone." "Call it as an administrator of the host." ;;
    esac
    shift 2
    need_fixed
    looks=''
    for word in "$stage" "$@"; do
        case $word in inspect | rollback | plan | status | first=?*) looks=yes ;; esac
    done
    left_words=$#
    while [ "$left_words" -gt 0 ]; do
        word=$1
        shift
        left_words=$((left_words - 1))
        if is_callers_word "$word"; then set -- "$@" "$word"; fi
    done
    set -- "$@" "app=$app"
    while IFS= read -r word; do
        case $word in '#'*) ;; *) set -- "$@" "$word" ;; esac
    done <"$fixed_file"
    perform_stage "$stage" "$@"
}

# clear_surroundings: limits that would break root's writes off half-way, a folder that may not be there any more, and
# what makes this process the first to be killed. Environment and descriptors are sudo's to clear.
clear_surroundings() {
    cd /
    lift_limits
    echo 0 2>/dev/null >"/proc/$$/oom_score_adj" || :
}

# shellcheck disable=SC3045 # dash, busybox and bash have these options
lift_limits() {
    for limit in t f d v m; do ulimit -"$limit" unlimited 2>/dev/null || :; done
    ulimit -n 4096 2>/dev/null || :
    ulimit -s 8192 2>/dev/null || :
    ulimit -c 0 2>/dev/null || :
    case "$(ulimit -t) $(ulimit -f) $(ulimit -d) $(ulimit -v)" in
        *[0-9]*) fail input-invalid "The call comes with limits (ulimit) that would break it off half-way, and that cannot be lifted here." "Log in without limits of processor time, file size and memory." ;;
    esac
    [ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -ge 256 ] ||
        fail input-invalid "The call comes with a limit of $(ulimit -n) open files (ulimit -n), which cannot be lifted here." "Log in with a limit of 256 or more."
}

# need_fixed: the file of what setup fixed must be there, and root's alone.
need_fixed() {
    name_deployer
    [ "$(stat -c '%u %a %F' "$fixed_file" 2>/dev/null)" = '0 644 regular file' ] ||
        fail input-invalid "The host was not set up for deploys of $app by a user with the right for it alone: $fixed_file is missing, or not root's." \
            "Run setup with restricted: true and an administrator's login."
}

# is_callers_word KEY=VALUE: whether it counts. One of a key that setup fixed does not: where it says something else, the
# stages that look tell it; ports are refused, since the runner goes by them too. Any other word is refused.
is_callers_word() {
    word_key=${1%%=*} word_value=${1#*=}
    case $word_key in
        app-user | blue-port | green-port | blue-management-port | green-management-port | health-port | switch | site | \
            server-name | listen | tls-certificate | tls-key | max-body-size | proxy-timeout)
            grep -qxF -e "$1" "$fixed_file" || tell_fixed
            return 1
            ;;
    esac
    if [ "$word_key" = app ]; then
        [ "$1" = "app=$app" ] || refuse_word
        return 1
    fi
    case $1 in *=*) ;; *) refuse_word ;; esac
    check_strictly
}

# tell_fixed: word_key has another value by setup than word_value.
tell_fixed() {
    fixed_value=$(sed -n "s/^$word_key=//p" "$fixed_file")
    case $word_key in
        *-port)
            fail input-invalid "$word_key is fixed by setup as ${fixed_value:-none} on this host, and was given as $(printf '%.100s' "$word_value")." \
                "Give the same, or run setup with the other and an administrator's login."
            ;;
    esac
    [ -z "$looks" ] || tell finding "$word_key is fixed by setup as ${fixed_value:-none} on this host: $(printf '%.100s' "$word_value") was not used. Give the same here, or run setup with the other and an administrator's login"
}

# need_words: what a stage cannot do without, which the runner always gives.
need_words() {
    case $stage in
        start | switch | bake | revert | retire) lacking=${color:+${release:+none}} ;;
        upload) lacking=${release:+${jar_sha256:+none}} ;;
        part) lacking=${release:+none} ;;
        follow) lacking=${followed:+none} ;;
        *) lacking=none ;;
    esac
    case $stage in
        follow | plan | status) ;;
        *) [ -n "$run" ] || lacking='' ;;
    esac
    [ -n "$lacking" ] || fail input-invalid "The host program refuses $stage without the words that say what it is about." "Use the action, which gives them."
}

# need_own_token: a call of a run that does not hold the lock leaves nothing behind, not even its folder.
need_own_token() {
    read_token
    [ "$newest_token $newest_run" = "$lease_token $run" ] ||
        fail link-lost "This run no longer holds the lock of $app: its session ended, or another run took over." "Run again."
}
