# Removing a host, however it came to its end.

down() {
  trap - EXIT
  state=$home/$1
  mkdir -p "$home"
  exec 9>"$home/.lock"
  flock 9
  if alive "$state/guard" && [ "$(pid_in "$state/guard")" != $$ ]; then
    kill -KILL "-$(pid_in "$state/guard")" 2>/dev/null || true
  fi
  if alive "$state/power"; then kill -KILL "$(pid_in "$state/power")" 2>/dev/null || true; fi
  end_processes "$1"
  if [ -s "$state/number" ] && read -r number <"$state/number"; then ip link delete "bluegreen$number" 2>/dev/null || true; fi
  if [ -e "/run/netns/bluegreen-$1" ]; then ip netns delete "bluegreen-$1"; fi
  if mountpoint -q "$state/root"; then rm -f "/run/systemd/nspawn/locks/inode-$(stat -c %d:%i "$state/root")"; fi
  unmount_disk "$1"
  unmount "$state"
  await_release "$state/disk.img" || echo "sandbox: a loop device still holds $state/disk.img" >&2
  for left in propagate unix-export; do rm -rf --one-file-system "/run/systemd/nspawn/$left/$1"; done
  rm -rf --one-file-system "$state"
  exec 9>&-
}

guard() {
  tail --pid="$2" -f /dev/null
  down "$1"
}

sweep() {
  for state in "$home"/*/; do
    state=${state%/}
    if [ -e "$state/owner" ] && ! alive "$state/owner"; then down "${state##*/}"; fi
  done
}
