# What a release that failed leaves behind: gathered here for every failure of one that was started.

# tell_evidence COLOR: tells of its process, its last probe, listeners, memory and log, a line a fact:
#   process    how it ended, what that means, and what it left in its work folder
#   probe, probe-body
#   listeners  who has its ports, and which ports it has
#   memory
#   log        the last 50 lines of this start alone
#   cause      those lines of it that say most
# Sets end_code and what else read_end and explain_end set. What cannot be had is left out: it keeps nobody from
# stopping the release and saying that it failed.
tell_evidence() {
    end_code='' end_status='' end_result='' end_means='' end_cure='' began_ms=0 ran_ms=0 kernel_line='' own_ports=''
    gather_evidence "$1" || :
}

gather_evidence() {
    [ -n "${noted_invocation:-}" ] || note_start "$1"
    timeout 10 journalctl --sync </dev/null >/dev/null 2>&1 || :
    [ -n "${probe_status:-}" ] || probe "$1" || :
    read_end "$1"
    read_app_log "$1" >"$scratch/app-log"
    explain_end "$scratch/app-log"
    own_ports=$(listening_ports "$noted_pid")
    explain_ports "$1"
    describe_process_of "$1" | tell_lines process
    tell probe "GET http://127.0.0.1:$(health_port_of "$1")$health_path: $(explain_probe)"
    head -c 2000 "$scratch/probe-body" 2>/dev/null | tell_lines probe-body
    describe_listeners "$1" | tell_lines listeners
    describe_memory "$1" | tell_lines memory
    tail -n 50 "$scratch/app-log" | tell_lines log
    find_cause "$scratch/app-log" "$end_code" | tell_lines cause
}

# read_app_log COLOR: the last 1,000 lines of the noted start, in order.
read_app_log() {
    [ -n "$noted_invocation" ] || return 0
    set -- "$1" "_SYSTEMD_INVOCATION_ID=$noted_invocation"
    noted_stream=$(find_stream "$1")
    [ -z "$noted_stream" ] || set -- "$@" + "_STREAM_ID=$noted_stream"
    shift
    journalctl -q --no-pager -o cat -n 1000 "$@" </dev/null 2>/dev/null | tail -n 1000 || :
}

# find_stream COLOR: the id of what the noted start spoke on. journald learns the start of a line from the process
# that wrote it; of one that had ended before it looked, such as a shell or a JVM that was refused, it knows the unit
# and this. Then it is the first of the unit's since that start that no other start had.
find_stream() {
    journalctl -q --no-pager -o export --output-fields=_STREAM_ID,_SYSTEMD_INVOCATION_ID -n 5000 "_SYSTEMD_UNIT=$unit@$1.service" \
        "_BOOT_ID=$(tr -d - </proc/sys/kernel/random/boot_id)" </dev/null 2>/dev/null | awk -F= -v wanted="$noted_invocation" -v began="$began_ms" '
        function take() {
            if (stream != "" && at >= began) {
                if (!(stream in start)) { start[stream] = ""; order[++streams] = stream }
                if (invocation != "") start[stream] = invocation
            }
            stream = invocation = ""
        }
        $1 == "__CURSOR" { take() }
        $1 == "__MONOTONIC_TIMESTAMP" { at = $2 / 1000 }
        $1 == "_STREAM_ID" { stream = $2 }
        $1 == "_SYSTEMD_INVOCATION_ID" { invocation = $2 }
        END {
            take()
            for (i = streams; i > 0; i--) if (start[order[i]] == "") found = order[i]
            for (i = 1; i <= streams; i++) if (start[order[i]] == wanted) found = order[i]
            print found
        }'
}

describe_process_of() {
    if [ -n "$end_code" ]; then echo "It $(describe_end), $(run_time) after its start."; else echo "It $(describe_end) for $(run_time)."; fi
    [ -z "$end_means" ] || echo "$end_means"
    restarts=$(unit_property "$1" NRestarts)
    [ "${restarts:-0}" = 0 ] || echo "systemd has started it again since ($restarts)."
    find "$releases/$(release_of "$1")/work" -maxdepth 1 -type f \( -name 'hs_err_pid*' -o -name '*.hprof' -o -name core -o -name 'core.*' \) -printf '%p\n' 2>/dev/null |
        head -n 5 | sed 's/^/It left /'
}

# run_time: how long it ran, such as "86 ms" or "1.2 s".
run_time() {
    if [ "$ran_ms" -lt 1000 ]; then echo "$ran_ms ms"; else echo "$((ran_ms / 1000)).$((ran_ms % 1000 / 100)) s"; fi
}

# listening_ports PID: separated by commas.
listening_ports() {
    ss -Hltnp </dev/null | awk -v pid="pid=$1," 'index($0, pid) { n = split($4, part, ":"); print part[n] }' | sort -un | tr '\n' ' ' | sed -e 's/ $//' -e 's/ /, /g'
}

# explain_ports COLOR: an app that listens, and not where its health is asked, has a port of its own choice.
explain_ports() {
    [ -z "$end_code" ] && [ -n "$own_ports" ] && [ -z "$(port_listeners "$(health_port_of "$1")")" ] || return 0
    end_means="It listens on $own_ports and not on $(health_port_of "$1")."
    end_cure="Let it take its port from SERVER_PORT or {port}: a server.port of its own, as an argument or a JVM option, wins over that."
}

# describe_listeners COLOR: who has its ports, and which ports its own process has.
describe_listeners() {
    printf '%s\n' "$(port_of "$1")" "$(management_port_of "$1")" "$(health_port_of "$1")" | sort -un | while read -r asked_port; do
        [ -n "$asked_port" ] || continue
        asked_listeners=$(port_listeners "$asked_port")
        if [ -n "$asked_listeners" ]; then
            echo "port $asked_port: $(describe_process "$asked_listeners")"
        else
            echo "port $asked_port: nobody"
        fi
    done
    [ -n "$end_code" ] || echo "its process $noted_pid listens on ${own_ports:-no port}"
}

# describe_memory COLOR: of the host, and of the app as far as the kernel still tells it.
describe_memory() {
    awk '
        { kb[$1] = $2 }
        END {
            printf "host: %d MiB of %d MiB available", kb["MemAvailable:"] / 1024, kb["MemTotal:"] / 1024
            if (kb["SwapTotal:"]) printf ", %d MiB of %d MiB swap free\n", kb["SwapFree:"] / 1024, kb["SwapTotal:"] / 1024
            else print ", no swap"
        }' /proc/meminfo
    [ -n "$end_code" ] || awk '
        { kb[$1] = $2 }
        END { if (kb["VmHWM:"]) printf "its process: %d MiB, %d MiB at most\n", kb["VmRSS:"] / 1024, kb["VmHWM:"] / 1024 }' "/proc/$noted_pid/status" 2>/dev/null || :
    for measure in MemoryPeak MemoryMax; do
        measured=$(unit_property "$1" "$measure")
        case $measured in '' | *[!0-9]* | ????????????????*) ;; *) echo "its unit: $measure $((measured / 1048576)) MiB" ;; esac
    done
    unit_kills=$(awk '$1 == "oom_kill" { print $2 }' "/sys/fs/cgroup$(unit_property "$1" ControlGroup)/memory.events" 2>/dev/null) || unit_kills=0
    [ "${unit_kills:-0}" = 0 ] || echo "its unit: the kernel killed $unit_kills of its processes for want of memory"
    [ -z "$kernel_line" ] || echo "kernel: $kernel_line"
}
