#!/bin/sh
# The plain way to deploy, as the well-known tutorials tell it: ask the live app through nginx which port it
# is on, stop what is on the other one, start the new jar there, wait, write that port into nginx's include,
# reload. The old app is left running; the next deploy stops it. The pauses are theirs: stop.sh, start.sh, health.sh
# and switch.sh of the best-known Korean book on Spring Boot and AWS (chapter 10, https://github.com/jojoldu/freelec-springboot2-webservice),
# which many repositories hold; its author's older blog post waits 10 s more before the switch.
#
#   JAVA_OPTS=… [SITE=80] [PORTS='8081 8082'] [SERVICE_URL=FILE] sh plain-deploy.sh JAR
#
# Takes: the jar's path; JAVA_OPTS for the JVM; where it is not as in the tutorials, nginx's port, the app's two, and
# the file of nginx's include. Runs as root on the host. Gives lines for people; ends with 1, and the traffic where it
# was, when the new app does not answer `UP` in 10 tries, 10 s apart.
set -eu
jar=$1
service_url=${SERVICE_URL:-/etc/nginx/conf.d/service-url.inc}
ports=${PORTS:-8081 8082}

find_idle_port() {
    case $(curl -s "http://127.0.0.1:${SITE:-80}/") in
        *port="${ports% *}"*) echo "${ports#* }" ;;
        *) echo "${ports% *}" ;;
    esac
}

stop_what_is_on() {
    pid=$(pgrep -f -- "--server.port=$1" || :)
    if [ -z "$pid" ]; then
        echo "nothing runs on $1"
        return
    fi
    echo "kill -15 $pid"
    kill -15 "$pid"
    sleep 5
}

is_up() {
    curl -s "http://127.0.0.1:$1/actuator/health" | grep -q UP
}

# await_app PORT: up to 10 looks, 10 s apart, after the first 10 s.
await_app() {
    sleep 10
    for try in 1 2 3 4 5 6 7 8 9 10; do
        if is_up "$1"; then return; fi
        echo "not up yet ($try)"
        sleep 10
    done
    echo "the new app on $1 did not come up" >&2
    return 1
}

idle=$(find_idle_port)
stop_what_is_on "$idle"
# shellcheck disable=SC2086
nohup java $JAVA_OPTS -jar "$jar" --server.port="$idle" </dev/null >"/var/log/plain-$idle.log" 2>&1 &
await_app "$idle"
echo "set \$service_url http://127.0.0.1:$idle;" >"$service_url"
nginx -s reload
echo "the traffic goes to $idle"
