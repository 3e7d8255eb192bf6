# nginx as a service of the host: whether it runs, and whether it alone has the front door.

# revive_nginx: starts nginx again where it failed (killed, out of memory) and accepts its configuration. One that was
# stopped by hand is left stopped. A stage that only looks asks nginx nothing: one that does not run leaves files behind.
revive_nginx() {
    [ "$(service_property nginx.service ActiveState)" = failed ] || return 0
    nginx_result=$(service_property nginx.service Result)
    if [ -n "$only_looks" ]; then
        tell drift "nginx has failed ($nginx_result), so nobody is served; the next deploy starts it again where its configuration is right"
        return 0
    fi
    nginx -t </dev/null >/dev/null 2>&1 || return 0
    forget_host
    systemctl reset-failed nginx.service </dev/null >/dev/null 2>&1 || :
    if systemctl start nginx.service </dev/null >/dev/null 2>&1; then
        tell_mended "nginx had failed ($nginx_result), so nobody was served; it was started again"
    fi
}

# look_at_nginx: who has the front door's port. Sets door_fault to a clause, empty when it is nginx.service alone, and
# door_remedy. Only those that listen on that port count: an nginx in a container with a port of its own is none of ours.
look_at_nginx() {
    door_fault='' door_remedy='' door_masters=''
    for door_pid in $(port_listeners "$door_port"); do
        [ -e "/proc/$door_pid" ] || continue
        if ! is_of_nginx_service "$door_pid"; then
            door_fault="port $door_port is held by $(describe_process "$door_pid"), which nginx.service did not start: it may take requests that never reach the live release"
            door_remedy="End that process or let it listen elsewhere, then run on the host: systemctl restart nginx"
            return 0
        fi
        read_title "$door_pid"
        case $title in 'nginx: master'*) door_masters="$door_masters $door_pid" ;; esac
    done
    case $door_masters in
        *' '*' '*)
            door_fault="nginx has several masters on port $door_port (processes$door_masters): an upgrade of nginx that was begun and not finished"
            door_remedy="Finish it on the host: kill -QUIT the older master."
            ;;
        '')
            if [ "$(service_property nginx.service ActiveState)" = inactive ]; then
                door_fault="nginx is stopped, so nobody is served"
                door_remedy="Start it on the host: systemctl start nginx"
            fi
            ;;
    esac
}

# is_of_nginx_service PID: whether nginx.service started it, by the kernel's groups.
is_of_nginx_service() {
    while read -r control_group; do
        case $control_group in */nginx.service) return 0 ;; esac
    done 2>/dev/null <"/proc/$1/cgroup"
    return 1
}

# read_title PID: sets title to what a process calls itself, in one line; empty for one that is gone.
read_title() {
    title=''
    { read -r title <"/proc/$1/cmdline"; } 2>/dev/null || :
}
