# Before anything is touched: Java for the app's user, and the ports that the new release takes.

# inspect_java: whether the app's user can run it, and whether it is new enough for the jar. Where that user is not
# there yet, one without rights stands in; UsePerfData taken off leaves no folder of it in /tmp. Fails as java-missing,
# java-too-old.
inspect_java() {
    [ -n "$java_job" ] || begin_java
    if [ "$java_job" = none ]; then
        fail java-missing "'$java' is not on the host, or is no program. ${done_before:-Nothing was changed.}" \
            "Install a Java runtime (command: setup does, or apt-get install openjdk-17-jre-headless), or give its path as the input java."
    fi
    java_status=0
    wait "$java_job" || java_status=$?
    java_job='' java_said=$(tr -d '\000' <"$scratch/java-said" | grep -v '^Picked up ') || :
    java_first=$(printf '%.200s' "${java_said%%"$line_end"*}")
    case $java_status in
        0) ;;
        126 | 127)
            fail java-missing "'$java' is there, but the app's user $app_user could not run it: $java_first. ${done_before:-Nothing was changed.}" \
                "Install Java where every user may run it (apt-get install openjdk-17-jre-headless); the home folders of others are closed."
            ;;
        *)
            fail java-missing "'$java -version' ended with status $java_status: $java_first. ${done_before:-Nothing was changed.}" \
                "Mend the Java installation on the host, or give the path of another as the input java."
            ;;
    esac
    java_version=$(printf '%s\n' "$java_said" | java_version_in)
    tell java "${java_version:-unknown}"
    if [ -z "$java_version" ]; then
        tell finding "'$java -version' names no version that can be read ('$java_first'), so nobody knows before its start whether it is new enough for the jar"
    elif [ "$class_version" -gt "$((java_version + 44))" ]; then
        fail java-too-old "The jar's classes need Java $((class_version - 44)), and '$java' on the host is Java $java_version. ${done_before:-Nothing was changed.}" \
            "Install Java $((class_version - 44)) or newer on the host, or build the jar for Java $java_version."
    fi
}

# java_version_in: the release that `java -version` names on stdin, 17 or 8; empty when it names none.
java_version_in() {
    sed -n 's/.*version "\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' | head -n 1
}

# begin_java: asks it for its version, beside what else is done until inspect_java. Sets java_job, to none where there is
# no such program.
begin_java() {
    java_job=none
    java_path=$(command -v "$java" 2>/dev/null) || java_path=''
    if [ -f "$java_path" ] && [ -x "$java_path" ]; then
        ask_java 3<&- 8>&- 9>&- &
        java_job=$!
    fi
}

# ask_java: leaves what it says in $scratch/java-said, and ends as it ends. Whatever is behind that path is a program of
# the app's: it gets no rights but its user's, no descriptor of ours, and one file of a few kB, so that what it leaves
# running is not waited for.
ask_java() {
    : >"$scratch/java-said"
    java_user=$(id -u "$app_user" 2>/dev/null) && java_group=$(id -g "$app_user") || java_user=65534 java_group=65534
    # shellcheck disable=SC3045 # dash, busybox and bash have it
    ulimit -f 16
    exec timeout -k 1 20 setpriv --reuid="$java_user" --regid="$java_group" --clear-groups --no-new-privs \
        env JAVA_TOOL_OPTIONS=-XX:-UsePerfData "$java_path" -version </dev/null >"$scratch/java-said" 2>&1
}

# inspect_idle: every port that the new release takes must be free, or held by what this deploy will stop. Fails as
# port-taken.
inspect_idle() {
    idle=$(other_color "${live:-green}")
    [ "$(unit_property "$idle" LoadState)" != masked ] ||
        fail host-unfit "The unit $unit@$idle was masked by hand, so nothing can be started there. ${done_before:-Nothing was changed.}" "Run on the host: systemctl unmask $unit@$idle"
    idle_pid=$(process_of "$idle")
    need_free_port "idle port" "$(port_of "$idle")" "$idle-port"
    need_free_port "idle management port" "$(management_port_of "$idle")" "$idle-management-port"
    need_free_port "health port" "$health_port" health-port
    if [ "$idle_pid" != 0 ] && [ -n "$live" ] && ! is_kept_running "$idle"; then
        if is_adopted "$idle"; then
            tell finding "port $(port_of "$idle") ($idle) is held by $(name_of "$idle"), which is idle: the next new release takes its place, and ends it then"
        else
            tell drift "the idle color $idle is running ($(release_of "$idle")), left by an earlier run or started by hand; the next new release replaces it"
        fi
    fi
}

# is_kept_running COLOR: whether the last switch left its release up on purpose.
is_kept_running() {
    [ "$(journal_fact state) $(journal_fact from)" = "switched $1" ] && grep -qx keep-previous=running "$settings"
}

# need_free_port WHAT PORT INPUT: PORT may be empty.
need_free_port() {
    [ -n "$2" ] || return 0
    port_holders=$(port_listeners "$2")
    if [ -z "$port_holders" ] || [ "$port_holders" = "$idle_pid" ]; then return 0; fi
    if [ -n "$live" ] && [ "$port_holders" = "$(process_of "$live")" ]; then
        fail port-taken "The $1 $2 ($idle) is held by the live release, beside which the new one could not take it. ${done_before:-Nothing was changed.}" \
            "Give each color a port of its own: blue-management-port and green-management-port, in place of health-port."
    fi
    fail port-taken "The $1 $2 ($idle) is held by $(describe_process "$port_holders"), which is not ours. ${done_before:-Nothing was changed.}" \
        "Stop that process, or give another $3."
}
