#!/bin/sh
# The plain way, as tutorials tell it: start the new jar on the idle port, wait until it answers, write the
# port into nginx's include, reload, stop the old one. Takes the jar; runs as root on the host.
set -eu
jar=$1

# Which port is idle: the front door tells the live one.
live=$(curl -s --max-time 5 http://127.0.0.1/ | sed -n 's/.*port=\([0-9]*\).*/\1/p')
if [ "$live" = 8081 ]; then idle=8082; else idle=8081; fi

# shellcheck disable=SC2086
nohup java $JAVA_OPTS -jar "$jar" --server.port="$idle" </dev/null >"/var/log/plain-$idle.log" 2>&1 &
echo $! >"/run/plain-$idle.pid"

tries=0
until curl -s --max-time 2 "http://127.0.0.1:$idle/actuator/health" | grep -q UP; do
    tries=$((tries + 1))
    [ "$tries" -lt 120 ] || exit 1
    sleep 0.5
done

echo "set \$service_url http://127.0.0.1:$idle;" >/etc/nginx/conf.d/service-url.inc
nginx -s reload

if [ -n "$live" ] && [ -e "/run/plain-$live.pid" ]; then
    kill -15 "$(cat "/run/plain-$live.pid")"
fi
