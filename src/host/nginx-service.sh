# nginx as a service of the host: whether it runs, and whether it alone has the front door.

# revive_nginx: starts nginx again where it failed (killed, out of memory) and accepts its configuration. One that was
# stopped by hand is left stopped. A stage that only looks asks nginx nothing: one that does not run leaves files behind.
revive_nginx() {
    systemctl -q is-failed nginx.service </dev/null || return 0
    nginx_result=$(systemctl show --value -p Result nginx.service </dev/null)
    if [ -n "$only_looks" ]; then
        tell drift "nginx has failed ($nginx_result), so nobody is served; the next deploy starts it again where its configuration is right"
        return 0
    fi
    nginx -t </dev/null >/dev/null 2>&1 || return 0
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
        if ! grep -q '/nginx\.service$' "/proc/$door_pid/cgroup"; then
            door_fault="port $door_port is held by $(describe_process "$door_pid"), which nginx.service did not start: it may take requests that never reach the live release"
            door_remedy="End that process or let it listen elsewhere, then run on the host: systemctl restart nginx"
            return 0
        fi
        ! grep -aq '^nginx: master' "/proc/$door_pid/cmdline" || door_masters="$door_masters $door_pid"
    done
    case $door_masters in
        *' '*' '*)
            door_fault="nginx has several masters on port $door_port (processes$door_masters): an upgrade of nginx that was begun and not finished"
            door_remedy="Finish it on the host: kill -QUIT the older master."
            ;;
        '')
            if [ "$(systemctl show --value -p ActiveState nginx.service </dev/null)" = inactive ]; then
                door_fault="nginx is stopped, so nobody is served"
                door_remedy="Start it on the host: systemctl start nginx"
            fi
            ;;
    esac
}
