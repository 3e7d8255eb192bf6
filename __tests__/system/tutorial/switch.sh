#!/usr/bin/env bash
# Leads nginx to the port that was free.

ABSDIR=$(dirname "$(readlink -f "$0")")
source "$ABSDIR/profile.sh"

function switch_proxy() {
  IDLE_PORT=$(find_idle_port)

  echo "> switch to $IDLE_PORT"
  echo "set \$service_url http://127.0.0.1:${IDLE_PORT};" | sudo tee /etc/nginx/conf.d/service-url.inc

  echo "> reload nginx"
  sudo systemctl reload nginx
}
