#!/bin/sh
# nginx-bluegreen: app=@app@
# Starts the release that the color given as $1 leads to. systemd calls it as the app's user, in the
# release's work folder. The release's `env` holds literal KEY=VALUE lines, its `launch.conf` lines
# `java=…`, `opt=…`, `arg=…`, in which {port}, {color} and {management-port} are replaced.
# A file of its own, because systemd's EnvironmentFile changes quotes and backslashes.
set -eu

# replace_all TEXT FROM TO: sets `replaced`.
replace_all() {
    replaced='' rest=$1
    while :; do
        case $rest in
            *"$2"*) replaced=$replaced${rest%%"$2"*}$3 rest=${rest#*"$2"} ;;
            *) break ;;
        esac
    done
    replaced=$replaced$rest
}

fill_in() {
    replace_all "$1" '{port}' "$port"
    replace_all "$replaced" '{color}' "$color"
    replace_all "$replaced" '{management-port}' "$management_port"
}

main() {
    color=$1
    case $color in
        blue) port=@blue-port@ management_port=@blue-management-port@ ;;
        green) port=@green-port@ management_port=@green-management-port@ ;;
        *) exit 64 ;;
    esac
    work=$(pwd -P)
    release=${work%/work}
    set --
    while IFS= read -r line; do
        fill_in "${line#*=}"
        case $line in
            java=*) java=$replaced ;;
            jar) set -- "$@" -jar "$release/app.jar" ;;
            opt=* | arg=*) set -- "$@" "$replaced" ;;
        esac
    done <"$release/launch.conf"
    set -- "$java" "$@"
    export SERVER_PORT="$port" SERVER_ADDRESS=127.0.0.1 SERVER_SHUTDOWN=graceful
    export SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE=30s
    [ -z "$management_port" ] || export MANAGEMENT_SERVER_PORT="$management_port"
    # Last, since a key of the app's may have the name of a variable above; nothing but this loop's own follows.
    while IFS= read -r bluegreen_line || [ -n "$bluegreen_line" ]; do
        [ -z "$bluegreen_line" ] || export "${bluegreen_line?}"
    done <"$release/env"
    exec "$@"
}

main "$@"
