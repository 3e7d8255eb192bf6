#!/usr/bin/env bash
# Ends what runs on the free port, of the deploy before the last.

ABSDIR=$(dirname "$(readlink -f "$0")")
source "$ABSDIR/profile.sh"

IDLE_PORT=$(find_idle_port)
IDLE_PID=$(sudo ss -Hltnp "sport = :$IDLE_PORT" | sed -n 's/.*pid=\([0-9]*\).*/\1/p')

if [ -z "$IDLE_PID" ]; then
  echo "> nothing runs on $IDLE_PORT"
else
  echo "> kill -15 $IDLE_PID"
  kill -15 "$IDLE_PID"
  sleep 1
fi
