# nginx-bluegreen [restricted APP] STAGE key=value...: runs one stage on this host as root. stdin is data and secrets.

main() {
    set -eu
    umask 077
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    LC_ALL=C
    export PATH LC_ALL
    trap '' HUP PIPE
    case ${1:-} in
        restricted)
            shift
            perform_restricted "$@"
            ;;
        *) perform_stage "$@" ;;
    esac
}

# perform_stage STAGE KEY=VALUE...
perform_stage() {
    stage=${1:-}
    case $stage in
        inspect | upload | start | switch | bake | revert | retire | rollback | settle | survey | setup) ;;
        acquire | follow | part) ;; # in the session itself
        plan | status) ;; # likewise, without a lock
        watch | deadline | guard) ;; # called by systemd, without a runner
        *)
            echo "usage: nginx-bluegreen [restricted APP] acquire|inspect|upload|start|switch|bake|revert|retire|rollback|settle|survey|setup|follow|part|plan|status|watch|deadline|guard key=value..." >&2
            exit 64
            ;;
    esac
    shift
    tell stage "$stage"
    read_parameters "$@"
    case "$stage $after" in
        "$stage " | 'start upload' | 'switch start' | 'retire switch') ;;
        *) refuse_value after "$after" "the stage before $stage, if it can be called ahead" ;;
    esac
    [ -z "$is_restricted" ] || need_words
    lay_out
    case $stage in
        plan | status)
            only_looks=yes
            perform
            ;;
        acquire | follow | watch | deadline | guard) perform ;;
        part)
            [ -z "$is_restricted" ] || need_own_token
            perform
            ;;
        *)
            [ -z "$is_restricted" ] || need_own_token
            call_stage
            ;;
    esac
}

main "$@"
