# Which release answers on a port: told by the kernel and systemd, not by the app.

# prove_release COLOR [RELEASE]: proves that the color's port is served by the release, its link's unless another is
# given: the port is held by the unit's main process, that process works in the release's folder, the app.jar it
# holds open is the release's file, and that file has the sha256 the release was made with. A release whose app.jar
# was deleted serves on from what its process holds open.
# Where an adopted jar has the port, it is that one's process that is proved.
# Sets `proof` to a sentence; 1 when it does not hold, 2 when nothing listens.
prove_release() {
    if is_adopted "$1" && [ -z "${2:-}" ]; then
        prove_adopted "$1"
        return
    fi
    proof_port=$(port_of "$1")
    proof_release=${2:-$(release_of "$1")}
    proof_folder=$releases/$proof_release
    listeners=$(port_listeners "$proof_port")
    main_pid=$(unit_property "$1" MainPID)
    if [ -z "$listeners" ]; then
        proof="nothing listens on port $proof_port ($1)"
        return 2
    fi
    if [ "$listeners" != "$main_pid" ]; then
        proof="port $proof_port is held by $(describe_process "$listeners"), not by $unit@$1"
        return 1
    fi
    if runs_from_deleted "$main_pid" "$proof_release"; then
        proof="port $proof_port, process $main_pid of $unit@$1, app.jar deleted from the disk and still open"
        return 0
    fi
    if [ -z "$proof_release" ] || [ "$(readlink "/proc/$main_pid/cwd")" != "$proof_folder/work" ]; then
        proof="the process on port $proof_port works in $(readlink "/proc/$main_pid/cwd"), not in $proof_folder/work"
        return 1
    fi
    if ! holds_open "$main_pid" "$proof_folder/app.jar"; then
        proof="the process on port $proof_port does not hold $proof_folder/app.jar open: the file was replaced after its start"
        return 1
    fi
    wanted_sha256=$(release_fact "$proof_release" jarSha256)
    sum_of "$proof_folder/app.jar"
    if [ "$wanted_sha256" != "$summed" ]; then
        proof="$proof_folder/app.jar has sha256 ${summed:-of nobody knows what}, but the release was made with $wanted_sha256"
        return 1
    fi
    proof="port $proof_port, process $main_pid of $unit@$1, app.jar $wanted_sha256"
}

# holds_open PID FILE: whether the process has this very file open (not a deleted one of its name).
holds_open() {
    [ -n "$(find -L "/proc/$1/fd" -maxdepth 1 -samefile "$2" -print -quit 2>/dev/null </dev/null)" ]
}

# runs_from_deleted PID RELEASE: whether the process runs the release although its app.jar is gone from the disk: the
# file it holds open under that name has the sha256 that the release is named after. Another file in its place is
# no such case.
runs_from_deleted() {
    if [ -z "$2" ] || [ -e "$releases/$2/app.jar" ]; then return 1; fi
    for descriptor in "/proc/$1/fd/"*; do
        if [ "$(readlink "$descriptor")" = "$releases/$2/app.jar (deleted)" ]; then
            held_sha256=$(sha256sum "$descriptor" </dev/null | cut -d' ' -f1)
            [ "$(printf '%.8s' "$held_sha256")" = "${2##*-}" ]
            return
        fi
    done
    return 1
}

# running_release COLOR: the release in whose folder the unit's main process works; empty when it works in none.
running_release() {
    running_pid=$(unit_property "$1" MainPID)
    [ "${running_pid:-0}" != 0 ] || return 0
    running_folder=$(readlink "/proc/$running_pid/cwd" 2>/dev/null) || return 0
    running_folder=${running_folder% (deleted)}
    case $running_folder in
        "$releases"/*/work)
            running_folder=${running_folder%/work}
            ! is_release_name "${running_folder##*/}" || echo "${running_folder##*/}"
            ;;
    esac
}

# is_release_name NAME: 8 digits, T, 6 digits, Z, a hyphen, 8 digits of a sha256.
is_release_name() {
    case $1 in ????????T??????Z-????????) ;; *) return 1 ;; esac
    name_rest=${1#????????T}
    name_hash=${name_rest#??????Z-}
    case "${1%"T$name_rest"}${name_rest%"Z-$name_hash"}" in *[!0-9]*) return 1 ;; esac
    case $name_hash in *[!0-9a-f]*) return 1 ;; esac
}

# describe_process PIDS: the first one's command, for people; the kernel does not name every process.
describe_process() {
    first_pid=$(printf '%s\n' "$1" | head -n 1)
    [ "$first_pid" != '?' ] || { echo "a process without a name" && return; }
    echo "process $first_pid ($(tr '\000-\037' ' ' <"/proc/$first_pid/cmdline" 2>/dev/null | cut -c1-80))"
}

# release_fact RELEASE KEY: a string value of its release.json, which has one key a line.
release_fact() {
    sed -n "/^ *\"$2\": \"\(.*\)\",\{0,1\}\$/{s//\1/p;q;}" "$releases/$1/release.json" 2>/dev/null || :
}
