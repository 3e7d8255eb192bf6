# Room on the disks for what a deploy writes.

# Logs, small files, and what nginx and systemd write beside them.
small_files=16777216

# tell_room: how much disk and memory is free, for the log.
tell_room() {
    tell disk-free "$(free_bytes "$releases")"
    tell memory-available "$(awk '/^MemAvailable:/ { printf "%.0f", $2 * 1024 }' /proc/meminfo)"
}

# inspect_room: the jar, unless a release has it, and one release more, so that the next deploy fits too; a little
# where configuration, logs and passing files are. Fails as disk-full.
inspect_room() {
    find_jar
    tell jar-at "$jar_at"
    know_room "$releases" /etc/nginx /etc/systemd/system /var/log /var/lib /run
    if [ -n "$jar_at" ]; then sent_bytes=0; else sent_bytes=$jar_bytes; fi
    need_room "$releases" "$((sent_bytes + jar_bytes + small_files))" \
        "$(in_mib "$sent_bytes") for the jar, $(in_mib "$jar_bytes") to spare for the next release, $(in_mib "$small_files") for logs and small files" \
        "Free some space on the host (old releases are in $releases) and run again."
    for place in /etc/nginx /etc/systemd/system /var/log /var/lib /run; do
        need_room "$place" 2097152 "$(in_mib 2097152) for configuration, logs and passing files" "Free some space in $place on the host and run again."
    done
}

# find_jar: sets jar_at to a release that has this very jar; empty when there is none.
find_jar() {
    jar_at=''
    [ -n "$jar_sha256" ] || return 0
    for folder in "$releases"/*-"${jar_sha256%"${jar_sha256#????????}"}"; do
        sum_of "$folder/app.jar"
        if [ "$summed" = "$jar_sha256" ]; then jar_at=${folder##*/}; fi
    done
}

# need_room PLACE BYTES WHAT-FOR REMEDY
need_room() {
    room_bytes=$(free_bytes "$1")
    if [ "${room_bytes:-$2}" -lt "$2" ]; then
        fail disk-full "The disk that holds $1 has $((room_bytes / 1048576)) MiB left, and this deploy needs $(in_mib "$2"): $3. ${done_before:-Nothing was changed.}" "$4"
    fi
    room_files=$(free_files "$1")
    if [ "${room_files:-64}" -lt 64 ]; then
        fail disk-full "The disk that holds $1 has room for $room_files files, and this deploy needs 64: its inodes are used up. ${done_before:-Nothing was changed.}" \
            "Remove small files from that disk (df -i $1 shows how many there are) and run again."
    fi
}

# know_room PLACE...: asks for all of them at once; free_bytes and free_files take it from there. None is known where df
# has not a line for each.
know_room() {
    room_places=$*
    for room_place in "$@"; do
        shift
        [ -e "$room_place" ] || room_place=$(nearest_place "$room_place")
        set -- "$@" "$room_place"
    done
    known_room=$line_end$({ df -Pk "$@" && df -Pi "$@"; } 2>/dev/null </dev/null | awk -v places="$room_places" '
        $4 !~ /^[0-9-]+$/ { tables++; line = 0; next }
        { left[tables, ++line] = $4; of[tables, line] = $2 }
        END {
            n = split(places, place, " ")
            if (tables != 2 || line != n) exit
            for (i = 1; i <= n; i++) {
                printf "%s bytes %.0f\n", place[i], left[1, i] * 1024
                print place[i], "files", (of[2, i] > 0 ? sprintf("%.0f", left[2, i]) : "")
            }
        }')$line_end
}

# known_room_of WHAT PLACE: prints it; 1 where it is not known.
known_room_of() {
    room_key="$line_end$2 $1 "
    case $known_room in *"$room_key"*) ;; *) return 1 ;; esac
    room_value=${known_room#*"$room_key"}
    printf '%s' "${room_value%%"$line_end"*}"
}

# free_bytes PLACE: nothing where df cannot tell.
free_bytes() {
    ! known_room_of bytes "$1" || return 0
    df -Pk "$(nearest_place "$1")" 2>/dev/null </dev/null | awk 'NR == 2 { printf "%.0f", $4 * 1024 }'
}

# free_files PLACE: nothing where the file system does not count them, such as btrfs.
free_files() {
    ! known_room_of files "$1" || return 0
    df -Pi "$(nearest_place "$1")" 2>/dev/null </dev/null | awk 'NR == 2 && $2 > 0 { printf "%.0f", $4 }'
}

# in_mib BYTES: rounded up.
in_mib() {
    echo "$((($1 + 1048575) / 1048576)) MiB"
}

# nearest_place PLACE: itself, or the folder that it would be made in.
nearest_place() {
    nearest=$1
    until [ -e "$nearest" ] || [ "$nearest" = "${nearest%/*}" ]; do nearest=${nearest%/*}; done
    echo "${nearest:-/}"
}
