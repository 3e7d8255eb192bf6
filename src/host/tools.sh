# What every stage calls: a host that lacks any of it is refused before anything is made there.

every_tool='systemctl systemd-run journalctl curl flock setpriv timeout ss pgrep useradd getent awk sed grep find cmp sha256sum sync'
first_tools='systemctl systemd-run flock timeout awk sed grep find sha256sum sync'

# need_tools: the first act of a run; names all that is missing at once, with the packages that bring it. A setup
# installs what is missing: it only needs what it cannot begin without. Fails as host-unfit, and asks no front door
# then: that takes the same tools.
need_tools() {
    if [ -n "$installs" ]; then find_missing "$first_tools"; else find_missing "$every_tool"; fi
    if [ -n "$missing" ]; then
        command -v nginx >/dev/null || add_missing nginx
        home=''
        fail host-unfit "The host lacks $missing." "Install what is missing and run again: $(package_command)$missing_packages, or have it installed by this action's command: setup."
    fi
    [ -d /run/systemd/system ] || fail host-unfit "The host was not booted with systemd." "Use a host that runs systemd."
    need_systemd_version
}

# find_missing TOOLS: sets missing, for people, and missing_packages, with a blank before each.
find_missing() {
    missing='' missing_packages=''
    for tool in $1; do
        command -v "$tool" >/dev/null || add_missing "$tool"
    done
}

# need_systemd_version: units that clean up after themselves (systemd-run --collect) came with systemd 236.
need_systemd_version() {
    systemd_version=$(systemctl --version </dev/null | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
    [ "${systemd_version:-0}" -ge 236 ] || fail host-unfit "The host has systemd ${systemd_version:-of an unknown version}, and 236 is needed." "Use a host with a newer distribution, such as Amazon Linux 2023."
}

# add_missing TOOL
add_missing() {
    missing="$missing${missing:+, }$1"
    missing_package=$(package_of "$1")
    case "$missing_packages " in *" $missing_package "*) ;; *) missing_packages="$missing_packages $missing_package" ;; esac
}

has_apt() {
    command -v apt-get >/dev/null
}

# package_manager: apt-get, dnf or yum; empty where there is none of them.
package_manager() {
    for manager in apt-get dnf yum; do
        if command -v "$manager" >/dev/null; then
            echo "$manager"
            return 0
        fi
    done
}

package_command() {
    echo "$(package_manager) install"
}

# package_of TOOL: its package where apt-get installs, else as Amazon Linux and Fedora call it.
package_of() {
    case $1 in
        systemctl | systemd-run | journalctl) set -- systemd systemd ;;
        flock | setpriv) set -- util-linux util-linux ;;
        ss) set -- iproute2 iproute ;;
        pgrep) set -- procps procps-ng ;;
        useradd) set -- passwd shadow-utils ;;
        getent) set -- libc-bin glibc-common ;;
        awk) set -- mawk gawk ;;
        find) set -- findutils findutils ;;
        cmp) set -- diffutils diffutils ;;
        timeout | sha256sum | sync) set -- coreutils coreutils ;;
        *) set -- "$1" "$1" ;;
    esac
    if has_apt; then echo "$1"; else echo "$2"; fi
}
