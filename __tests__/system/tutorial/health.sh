#!/usr/bin/env bash
# Waits until the new one answers, then switches.

ABSDIR=$(dirname "$(readlink -f "$0")")
source "$ABSDIR/profile.sh"
source "$ABSDIR/switch.sh"

IDLE_PORT=$(find_idle_port)

for RETRY_COUNT in {1..100}; do
  if curl -sf "http://localhost:$IDLE_PORT/" >/dev/null; then
    switch_proxy
    break
  fi
  if [ "$RETRY_COUNT" -eq 100 ]; then
    echo "> health check failed"
    exit 1
  fi
  sleep 0.1
done
