#!/bin/sh
# Runs one of the project's programs on a fresh Debian or Ubuntu machine: installs what is missing, brings
# Node 24, becomes root where sudo is there (sandbox hosts need it). Takes the program and its words.
set -eu

main() {
    cd "$(dirname "$0")/.."
    PATH="$(sh scripts/prepare.sh --sandbox):$PATH"
    export PATH
    if [ "$(id -u)" -ne 0 ] && command -v sudo >/dev/null; then
        exec sudo -E env "PATH=$PATH" node "$@"
    fi
    exec node "$@"
}

main "$@"
