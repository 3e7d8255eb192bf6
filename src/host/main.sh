# nginx-bluegreen STAGE key=value...: runs one stage on this host as root. stdin is data and secrets.

main() {
    set -eu
    umask 077
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    LC_ALL=C
    export PATH LC_ALL
    trap '' HUP PIPE
    stage=${1:-}
    case $stage in
        acquire | inspect | upload | start | switch | bake | revert | retire) ;;
        watch | deadline | guard) ;; # called by systemd, without a runner
        *)
            echo "usage: nginx-bluegreen acquire|inspect|upload|start|switch|bake|revert|retire|watch|deadline|guard key=value..." >&2
            exit 64
            ;;
    esac
    shift
    tell stage "$stage"
    scratch=$(mktemp -d "/run/nginx-bluegreen.$$.XXXXXX")
    trap 'rm -rf "$scratch"' EXIT
    read_parameters "$@"
    lay_out
    "stage_$stage"
}

main "$@"
