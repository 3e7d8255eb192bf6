# Power: a host that is on, booting, or started again.

# Keeps the machine "powered": systemd-nspawn ends with 133 when the host reboots itself, so start it again.
# Each start has a cgroup of its own, empty, because hosts that share the caller's would share all below it.
power() {
  state=$home/$1
  export SYSTEMD_NSPAWN_TMPFS_TMP=0 SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
  code=133
  while [ "$code" = 133 ] || [ -e "$state/restart" ]; do
    end_processes "$1"
    if grep -qs cut "$state/restart"; then
      unmount_disk "$1"
      await_release "$state/disk.img" || fail 'the disk that was cut is still held'
      mount_disk "$1" || fail 'the disk that was cut did not mount again'
    fi
    rm -f "$state/restart"
    (
      for tree in $(cgroup_trees); do
        mkdir "$tree/bluegreen-$1" && echo 0 >"$tree/bluegreen-$1/cgroup.procs"
      done
      exec systemd-nspawn --quiet --directory="$state/root" --boot --register=no --keep-unit --machine="$1" \
        --settings=no --link-journal=no --resolv-conf=off --timezone=off \
        --network-namespace-path="/run/netns/bluegreen-$1" --console=read-only --capability=CAP_SYSLOG
    ) &
    identify $! >"$state/nspawn.new" && mv "$state/nspawn.new" "$state/nspawn"
    code=0 && wait $! || code=$?
    echo "sandbox: systemd-nspawn ended with $code"
  done
}

# Waits until the host has booted and answers. $2 = the pid of the PID 1 that must be gone first.
wait_ready() {
  state=$home/$1 deadline=$(($(date +%s) + 60))
  until leader=$(leader_of "$state") && [ "$leader" != "${2:-}" ] && [ -e "/proc/$leader/root/run/systemd/private" ]; do
    alive "$state/power" || return 1
    [ "$(date +%s)" -lt "$deadline" ] || return 1
    sleep 0.02
  done
  (run_inside "$state" <<'READY'
boot=$(timeout 60 systemctl is-system-running --wait)
[ "$boot" = running ] || [ "$boot" = degraded ] || { echo "boot: $boot" >&2; exit 1; }
[ "$boot" = running ] || systemctl --failed --no-legend --plain >&2
systemctl is-active --quiet ssh
READY
  ) || return 1
  read -r address <"$state/address"
  until ssh-keyscan -T 2 -t ed25519 "$address" 2>/dev/null | grep -q ed25519; do
    [ "$(date +%s)" -lt "$deadline" ] || return 1
    sleep 0.05
  done
}

reboot() {
  state=$home/$1
  before=$(leader_of "$state") || fail "host $1 is not running" 69
  case ${2:-orderly} in
    orderly) (echo 'systemctl --no-block reboot' | run_inside "$state") ;;
    hard | cut)
      [ "$2" = hard ] || [ -e "$state/disk.img" ] || fail "the disk of $1 is memory, which no power cut empties: make the host with fs=ext4" 64
      echo "$2" >"$state/restart"
      [ "$2" = hard ] || cut_disk "$1"
      kill -KILL "$before"
      ;;
    *) fail "unknown way to reboot '$2'" 64 ;;
  esac
  wait_ready "$1" "$before" || fail "host $1 did not come back: see $state/console.log"
}
