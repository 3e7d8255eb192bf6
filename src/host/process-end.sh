# How the process of a color ended, in words.

# note_start COLOR: remembers which start is meant: the present one, or, where systemd has started it again, the one
# that ended before that.
note_start() {
    systemctl show -p InvocationID -p ExecMainPID -p NRestarts "$unit@$1.service" </dev/null >"$scratch/noted"
    noted_invocation=$(fact_in "$scratch/noted" InvocationID)
    noted_pid=$(fact_in "$scratch/noted" ExecMainPID)
    noted_restarts=$(fact_in "$scratch/noted" NRestarts)
    if [ "${noted_restarts:-0}" != 0 ]; then
        ended_invocation=$(journalctl -q --no-pager -n 1 -o export --output-fields=INVOCATION_ID _PID=1 "UNIT=$unit@$1.service" MESSAGE_ID=98e322203f7a4ed290d09fe03c09fe15 </dev/null 2>/dev/null |
            sed -n 's/^INVOCATION_ID=//p')
        [ -z "$ended_invocation" ] || noted_invocation=$ended_invocation noted_pid=0
    fi
}

# read_end COLOR: of the noted start sets end_code (exited | killed | dumped; empty while it runs), end_status (the
# status or the signal's number), end_result (systemd's word; oom-kill also where the kernel alone knows), began_ms
# (after boot), ran_ms (how long it ran) and kernel_line (what the kernel said when it killed it).
read_end() {
    systemctl show -p InvocationID -p ExecMainCode -p ExecMainStatus -p Result -p ExecMainStartTimestampMonotonic \
        -p ExecMainExitTimestampMonotonic "$unit@$1.service" </dev/null >"$scratch/end"
    if grep -qx "InvocationID=$noted_invocation" "$scratch/end"; then
        end_facts=$(awk -F= -v now="$(uptime_ms)" '{ is[$1] = $2 } END {
            split("exited killed dumped", code, " ")
            began = is["ExecMainStartTimestampMonotonic"] / 1000; ended = is["ExecMainExitTimestampMonotonic"] / 1000
            printf "%s|%s|%s|%d|%d", code[is["ExecMainCode"]], is["ExecMainStatus"], is["Result"], began, (ended > began ? ended : now) - began
        }' "$scratch/end")
    else
        end_facts=$(journalctl -q --no-pager -o export --output-fields=EXIT_CODE,EXIT_STATUS,UNIT_RESULT _PID=1 "INVOCATION_ID=$noted_invocation" </dev/null 2>/dev/null |
            awk -F= '
                $1 == "__MONOTONIC_TIMESTAMP" { at = $2 / 1000; if (!began) began = at }
                $1 == "EXIT_CODE" && !code { code = $2; ended = at }
                $1 == "EXIT_STATUS" && status == "" { status = $2 }
                $1 == "UNIT_RESULT" && !result { result = $2 }
                END { printf "%s|%s|%s|%d|%d", code, status, result, began, ended - began }')
    fi
    IFS='|' read -r end_code end_status end_result began_ms ran_ms <<END
$end_facts
END
    kernel_line=''
    if [ "$end_result" = oom-kill ] || [ "$end_code $end_status" = 'killed 9' ]; then find_kernel_line; fi
    [ -z "$kernel_line" ] || end_result=oom-kill
}

# find_kernel_line: sets kernel_line to the kernel's word on a process killed for want of memory, of this id, or,
# since a container has its own ids, of this user. systemd knows of it with cgroup v2 alone.
find_kernel_line() {
    kernel_line=$(dmesg </dev/null 2>/dev/null | awk -v pid="$noted_pid" -v uid="$(id -u "$app_user" 2>/dev/null || echo none)" -v began="$((began_ms / 1000 - 1))" '
        /Killed process [0-9]+/ {
            at = $0
            if (sub(/^\[ */, "", at) && at + 0 < began) next
            if (index($0, "Killed process " pid " ") || index($0 ",", "UID:" uid ",") || index($0, "UID:" uid " ")) found = $0
        }
        END { print found }')
}

# describe_end: what became of the process, to be read after "it".
describe_end() {
    if [ "$end_result" = oom-kill ]; then
        echo "was killed by the kernel for want of memory (OOM)"
        return 0
    fi
    case $end_code in
        exited) echo "exited with status $end_status" ;;
        killed) echo "was killed by $(signal_name "$end_status")" ;;
        dumped) echo "was killed by $(signal_name "$end_status") and dumped its core" ;;
        *) echo "was running" ;;
    esac
}

# signal_name NUMBER
signal_name() {
    signal=$(kill -l "$1" 2>/dev/null) || signal=$1
    echo "SIG${signal#SIG}"
}

# explain_end LOG: sets end_means (a sentence) and end_cure (what to do), each empty where the end speaks for itself.
# LOG is the file with the app's log.
explain_end() {
    end_means='' end_cure=''
    case "$end_code $end_status $end_result" in
        *' oom-kill')
            end_means="The memory of the host, or the unit's MemoryMax, was used up: during a deploy two of the app run."
            end_cure="Give the app less (-Xmx in java-opts) or the host more memory, and deploy again."
            ;;
        ' '*) ;;
        *)
            if grep -q 'java\.lang\.OutOfMemoryError' "$1"; then
                end_means="The JVM had no memory left within its own limits."
                end_cure="Look which kind of memory its log names; raise -Xmx in java-opts if it is the heap, and deploy again."
            elif grep -Eq 'Port [0-9]+ was already in use|Address already in use|BindException' "$1"; then
                end_means="It wanted to listen on a port that is taken: both colors run during a deploy."
                end_cure="Let each color have its own ports: server.port comes as SERVER_PORT, others with blue-management-port, green-management-port and {management-port}."
            else
                explain_status "$end_code $end_status"
            fi
            ;;
    esac
}

# explain_status CODE-AND-STATUS: what the well-known ones mean.
explain_status() {
    case $1 in
        'exited 0') end_means="Its main method returned and nothing kept it running: is the web server (such as spring-boot-starter-web) in the jar?" ;;
        'exited 126') end_means="The command given as java cannot be executed." ;;
        'exited 127') end_means="The command given as java was not found." ;;
        'exited 134' | 'killed 6' | 'dumped 6') end_means="The JVM crashed or was aborted: its log or an hs_err file says where." ;;
        'exited 139' | 'killed 11' | 'dumped 11') end_means="The JVM crashed in native code: its log or an hs_err file says where." ;;
        'exited 137') end_means="137 is 128 + 9: what it was started through was killed by SIGKILL." ;;
        'exited 143' | 'killed 15') end_means="It was asked to end (SIGTERM), and not by this run." ;;
        'killed 9') end_means="Somebody or something on the host killed it; the kernel's log tells of no want of memory." ;;
        'exited 200') end_means="systemd could not enter its work folder." ;;
        'exited 203') end_means="systemd could not run its launcher $launcher." ;;
        'exited 216' | 'exited 217') end_means="systemd could not become the user $app_user." ;;
    esac
}
