# What the host's own package manager brings: nginx, a Java runtime, and the tools that every stage calls.

# Java releases with long-term support, the newest first: one every two years.
java_releases='37 33 29 25 21 17 11 8'

look_packages() {
    find_missing "$every_tool logrotate nginx"
    wants_java=''
    java_found=$(installed_java)
    java_needed=$((class_version > 44 ? class_version - 44 : 0))
    if [ "$java" = java ] && ! is_java_enough; then wants_java=yes; fi
    if [ -z "$missing$wants_java" ]; then
        there="nginx $(nginx_version), Java $java_found and all tools are there"
        return 0
    fi
    [ -n "$(package_manager)" ] || fail host-unfit "The host lacks $missing${wants_java:+${missing:+, }a Java runtime}, and has none of apt-get, dnf and yum to install it with. ${done_before:-Nothing was changed.}" \
        "Install it by hand and run again."
    planned="install with $(package_manager):$missing_packages"
    if [ -n "$wants_java" ]; then planned="$planned${missing:+,} a Java runtime$(describe_java_needed)"; fi
}

# installed_java: the version of the Java that the app would run with; empty when it is not there or does not run.
installed_java() {
    command -v "$java" >/dev/null || return 0
    java_said=$(timeout 20 env JAVA_TOOL_OPTIONS=-XX:-UsePerfData "$java" -version 2>&1 </dev/null) || return 0
    java_found=$(printf '%s\n' "$java_said" | java_version_in)
    echo "${java_found:-of an unknown version}"
}

is_java_enough() {
    case $java_found in
        '') return 1 ;;
        *[!0-9]*) ;;
        *) [ "$java_found" -ge "$java_needed" ] ;;
    esac
}

describe_java_needed() {
    if [ "$java_needed" -gt 0 ]; then printf ' that runs classes of Java %s' "$java_needed"; fi
    if [ -n "$java_found" ]; then printf ' (the host has Java %s)' "$java_found"; fi
}

do_packages() {
    java_package=''
    if has_apt && ! are_packages_known; then refresh_packages; fi
    if [ -n "$wants_java" ]; then choose_java; fi
    # shellcheck disable=SC2086
    install_packages $missing_packages $java_package
    nginx_said=''
    did="installed$missing_packages${java_package:+ $java_package}"
    planned=''
    look_packages
    [ -z "$planned" ] || fail package-failed "$did with $(package_manager), but the host still lacks $missing${wants_java:+${missing:+, }a Java runtime$(describe_java_needed)}." \
        "Look on the host what these packages brought; with several versions of Java there, update-alternatives or alternatives chooses one, or give a path as the input java."
    did="$did: nginx $(nginx_version), Java $java_found"
}

# are_packages_known: whether the package manager knows all that is missing; a fresh image has no lists yet.
are_packages_known() {
    # shellcheck disable=SC2086
    known_packages=$(available_packages $missing_packages)
    for wanted_package in $missing_packages; do
        printf '%s\n' "$known_packages" | grep -qxF "$wanted_package" || return 1
    done
    if [ -z "$wants_java" ] || [ -n "$(find_java_package)" ]; then return 0; fi
    return 1
}

# choose_java: sets java_package to the newest with long-term support, or the very one that the jar's classes need.
choose_java() {
    java_package=$(find_java_package)
    [ -n "$java_package" ] || fail package-failed "$(package_manager) has no Java runtime$(describe_java_needed) for this host. ${done_before:-Nothing was changed.}" \
        "Install one by hand where every user may run it, and give its path as the input java; or build the jar for an older Java."
}

find_java_package() {
    java_names=''
    for java_release in $java_releases "$java_needed"; do
        if [ "$java_release" -ge "$java_needed" ] && [ "$java_release" -gt 0 ]; then java_names="$java_names $(java_package_of "$java_release")"; fi
    done
    # shellcheck disable=SC2086
    known_packages=$(available_packages $java_names)
    for java_name in $java_names; do
        if printf '%s\n' "$known_packages" | grep -qxF "$java_name"; then
            echo "$java_name"
            return 0
        fi
    done
}

# java_package_of RELEASE: the runtime without a desktop's parts.
java_package_of() {
    if has_apt; then
        echo "openjdk-$1-jre-headless"
    elif grep -q '^ID="\{0,1\}amzn' /etc/os-release 2>/dev/null; then
        if [ "$1" = 8 ]; then echo java-1.8.0-amazon-corretto; else echo "java-$1-amazon-corretto-headless"; fi
    elif [ "$1" = 8 ]; then
        echo java-1.8.0-openjdk-headless
    else
        echo "java-$1-openjdk-headless"
    fi
}

# available_packages NAME...: those that are there to be installed, one a line.
available_packages() {
    if has_apt; then
        apt-cache policy "$@" 2>/dev/null </dev/null |
            awk '/^[^ ].*:$/ { name = $1; sub(/:$/, "", name) } $1 == "Candidate:" && $2 != "(none)" { print name }'
    else
        "$(package_manager)" -q list "$@" 2>/dev/null </dev/null | awk '{ sub(/\.[^.]*$/, "", $1); print $1 }'
    fi
}

# install_packages NAME...: an apt-get whose lists are older than its mirror gets them anew and is asked once more.
install_packages() {
    say "installing with $(package_manager): $*"
    install_said=0
    call_installer "$@" || install_said=$?
    if [ "$install_said" != 0 ] && has_apt && grep -qE 'Failed to fetch|Unable to (fetch|locate)' "$scratch/packages"; then
        refresh_packages
        install_said=0
        call_installer "$@" || install_said=$?
    fi
    [ "$install_said" = 0 ] || fail_packages "$(package_command) $*" "$install_said"
}

call_installer() {
    if has_apt; then
        apt_get -y --no-install-recommends install "$@"
    else
        "$(package_manager)" -y install "$@" </dev/null >"$scratch/packages" 2>&1
    fi
}

# refresh_packages: apt-get's lists; it does not wait for their lock itself, which a fresh host's own updates hold.
refresh_packages() {
    refresh_until=$(($(uptime_ms) + 300000))
    while :; do
        refresh_said=0
        apt_get update || refresh_said=$?
        [ "$refresh_said" != 0 ] || return 0
        if ! grep -q 'Could not get lock' "$scratch/packages" || [ "$(uptime_ms)" -ge "$refresh_until" ]; then break; fi
        sleep 3
    done
    fail_packages 'apt-get update' "$refresh_said"
}

# apt_get WORD...: asks nobody, waits for another's lock, restarts no service, and leaves changed configuration as it is.
apt_get() {
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" </dev/null >"$scratch/packages" 2>&1
}

# fail_packages COMMAND STATUS: shows what the package manager said last.
fail_packages() {
    grep -v '^$' "$scratch/packages" | tail -n 15 | tell_lines log
    package_error=$(grep -E '^(E:|Error|error:|No match)' "$scratch/packages" | tail -n 1 | cut -c1-300)
    fail package-failed "'$1' ended with status $2: ${package_error:-$(tail -n 1 "$scratch/packages" | cut -c1-300)}" \
        "Its last lines are in the log. Run it on the host by hand, mend what it names, then run setup again: it goes on where it ended."
}
