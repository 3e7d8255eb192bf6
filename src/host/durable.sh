# Writing so that it lasts: a temporary file in the target's own folder (it gets the right SELinux
# label), fsync, rename, fsync of the folder. Measured on ext4: a rename without fsync is lost by a power cut.

# put_file TARGET MODE [OWNER]: stdin becomes TARGET, whole or not at all; 1 when the disk is full.
put_file() {
    put_temporary=${1%/*}/.${1##*/}.new
    if cat >"$put_temporary" && chmod "$2" "$put_temporary" && give_to "${3:-}" "$put_temporary" &&
        sync "$put_temporary" && mv -fT "$put_temporary" "$1" && sync "${1%/*}"; then
        return 0
    fi
    rm -f "$put_temporary"
    return 1
}

# give_to OWNER FILE: without OWNER it is root's, as everything is that root makes in folders of root's.
# shellcheck disable=SC3067 # dash, busybox and bash have -O and -G
give_to() {
    if [ -z "$1" ] && [ -O "$2" ] && [ -G "$2" ]; then return 0; fi
    chown "${1:-root:root}" "$2"
}

# remove_file FILE: gone, also after a power cut.
remove_file() {
    rm -f "$1" && sync "${1%/*}"
}

# put_link TARGET LINK: LINK leads to TARGET at once, with no instant without it.
put_link() {
    ln -sfn "$1" "$2.new" && mv -fT "$2.new" "$2" && sync "${2%/*}"
}

# fact_in FILE KEY: what its lines `KEY=value` say, one a line; nothing of a file that is not there.
fact_in() {
    while IFS= read -r fact_line || [ -n "$fact_line" ]; do
        case $fact_line in "$2="*) printf '%s\n' "${fact_line#*=}" ;; esac
    done 2>/dev/null <"$1" || :
}

# cannot_write PATH: ends the stage; says whether the disk is full or the path refuses.
cannot_write() {
    if is_disk_full "$1"; then
        fail disk-full "The disk that holds $1 is full (${left:-0} kB left)." "Free some space on the host and run again."
    fi
    fail host-error "$1 could not be written." "Look at the permissions and the file system of $1 on the host."
}

# is_disk_full PATH: whether the disk that holds it has less than 1 MiB left; sets left to that, in kB.
is_disk_full() {
    left=$(df -Pk "${1%/*}" 2>/dev/null | awk 'NR == 2 { print $4 }')
    [ "${left:-0}" -lt 1024 ]
}
