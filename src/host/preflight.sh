# Before anything is touched: what the host must have, and what must be free.

inspect_java() {
    java_path=$(command -v "$java" 2>/dev/null) ||
        fail java-missing "'$java' is not on the host." "Install a Java runtime (apt-get install openjdk-17-jre-headless), or give its path as the input java."
    java_version=$("$java_path" -version 2>&1 </dev/null | sed -n 's/.*version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' | head -n 1)
    tell java "${java_version:-unknown}"
    if [ -n "$java_version" ] && [ "$class_version" -gt "$((java_version + 44))" ]; then
        fail java-too-old "The jar's classes need Java $((class_version - 44)), and '$java' on the host is Java $java_version. Nothing was changed." \
            "Install Java $((class_version - 44)) or newer on the host, or build the jar for Java $java_version."
    fi
}

inspect_idle() {
    idle=$(other_color "${live:-green}")
    [ "$(unit_property "$idle" LoadState)" != masked ] ||
        fail host-unfit "The unit $unit@$idle was masked by hand, so nothing can be started there. Nothing was changed." "Run on the host: systemctl unmask $unit@$idle"
    idle_listeners=$(port_listeners "$(port_of "$idle")")
    idle_pid=$(unit_property "$idle" MainPID)
    if [ -n "$idle_listeners" ] && [ "$idle_listeners" != "$idle_pid" ]; then
        fail port-taken "The idle port $(port_of "$idle") ($idle) is held by $(describe_process "$idle_listeners"), which is not ours. Nothing was changed." \
            "Stop that process, or give another $idle-port."
    fi
    if [ "$idle_pid" != 0 ] && [ -n "$live" ]; then
        tell drift "the idle color $idle is running ($(release_of "$idle")), left by an earlier run or started by hand; the next new release replaces it"
    fi
}
