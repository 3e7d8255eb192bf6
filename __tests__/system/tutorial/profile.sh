#!/usr/bin/env bash
# Which of the two profiles is free: the one that the site does not answer with.

find_idle_profile() {
  if curl -s http://localhost/args | grep -q real1; then echo real2; else echo real1; fi
}

find_idle_port() {
  if [ "$(find_idle_profile)" = real1 ]; then echo 8081; else echo 8082; fi
}
