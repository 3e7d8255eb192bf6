# SELinux, where it enforces: nginx may then neither connect to the app nor listen on any port, unless it is told so.

look_selinux() {
    if ! command -v getenforce >/dev/null || [ "$(getenforce </dev/null 2>/dev/null)" != Enforcing ]; then
        there='SELinux does not enforce here'
        return 0
    fi
    there='SELinux lets nginx connect to the app and listen'
    selinux_planned=''
    if ! getsebool httpd_can_network_connect 2>/dev/null </dev/null | grep -q ' on$'; then selinux_planned='set httpd_can_network_connect, so that nginx may connect to the app'; fi
    selinux_ports=$(unlabelled_ports)
    if [ -n "$selinux_ports" ]; then selinux_planned="${selinux_planned:+$selinux_planned; }let nginx listen on$selinux_ports (http_port_t)"; fi
    planned=$selinux_planned
}

do_selinux() {
    did=''
    if ! getsebool httpd_can_network_connect 2>/dev/null </dev/null | grep -q ' on$'; then
        setsebool -P httpd_can_network_connect on </dev/null 2>&1 | tell_lines log
        getsebool httpd_can_network_connect 2>/dev/null </dev/null | grep -q ' on$' ||
            fail host-error "SELinux enforces here, and httpd_can_network_connect could not be set, so nginx may not connect to the app." "Run on the host: setsebool -P httpd_can_network_connect on"
        did='set httpd_can_network_connect, so that nginx may connect to the app'
    fi
    for selinux_port in $selinux_ports; do
        { semanage port -a -t http_port_t -p tcp "$selinux_port" </dev/null || semanage port -m -t http_port_t -p tcp "$selinux_port" </dev/null; } >/dev/null 2>&1 ||
            fail host-error "SELinux enforces here, and nginx may not listen on port $selinux_port." "Run on the host: semanage port -a -t http_port_t -p tcp $selinux_port (semanage is in policycoreutils-python-utils)."
    done
    [ -z "$selinux_ports" ] || did="${did:+$did; }let nginx listen on$selinux_ports (http_port_t)"
}

# unlabelled_ports: those of the managed site that nginx may not listen on; each with a blank before it. Where there is
# no semanage the policy's own list is taken.
unlabelled_ports() {
    [ "$site" = managed ] || return 0
    labelled_ports=$(semanage port -l 2>/dev/null </dev/null | awk '$1 == "http_port_t" && $2 == "tcp" { gsub(/,/, ""); $1 = $2 = ""; print }')
    labelled_ports=${labelled_ports:-80 81 443 488 8008 8009 8443 9000}
    for selinux_port in "$listen" "$(front_port)"; do
        case " $labelled_ports " in *" $selinux_port "*) ;; *) echo "$selinux_port" ;; esac
    done | sort -u | sed 's/^/ /' | tr -d '\n'
}
