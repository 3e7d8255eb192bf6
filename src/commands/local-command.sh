#!/bin/sh
# Runs the command given as $1 in a process group of its own, and ends that group when stdin ends: when the
# action has ended, however it did. Gives the command's status. (Where there is no setsid, the command alone is ended.)

main() {
    exec 3<&0
    new_group=$(command -v setsid) || new_group=''
    # shellcheck disable=SC2086 # empty, or one word
    $new_group sh -c "$1" </dev/null 3<&- &
    command_pid=$!
    end_with_stdin <&3 >/dev/null 2>&1 &
    watch_pid=$!
    exec 3<&-
    command_status=0
    wait "$command_pid" || command_status=$?
    kill "$watch_pid" 2>/dev/null || :
    exit "$command_status"
}

# end_with_stdin: asks the command to end when stdin ends, and makes it end 2 s later.
end_with_stdin() {
    exec 3<&-
    while read -r _; do :; done
    trap '' TERM
    end_command TERM
    sleep 2
    end_command KILL
}

end_command() {
    kill -s "$1" -- "-$command_pid" || kill -s "$1" "$command_pid"
}

main "$@"
