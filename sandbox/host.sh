#!/bin/sh
# Makes and removes sandbox hosts: complete throw-away Linux machines (booted systemd, sshd, nginx, sudo, a JRE)
# that answer at an address of their own, 10.99.N.2.
#
#   sh sandbox/host.sh up NAME [disk=2g] [owner=PID] [release=bookworm]   prints key=value lines when it is ready
#   sh sandbox/host.sh run NAME <SCRIPT       runs a script as root inside; its exit code is the answer
#   sh sandbox/host.sh reboot NAME [hard]     returns when it is up again; hard = the power button held down
#   sh sandbox/host.sh down NAME              removes it, also one that is half made or already gone
#   sh sandbox/host.sh list                   name, address, state and owner, one host a line
#   sh sandbox/host.sh sweep                  removes the hosts whose owner process is gone
#   sh sandbox/host.sh check                  says nothing if this machine can boot a host
#
# Takes: BLUEGREEN_CACHE for the cache folder. Needs root, or sudo without a password.
# Gives: exit code 69 and one sentence where this machine cannot boot a host. With owner=PID the host is
# removed when that process ends, however it ends.
set -eu
umask 022
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

here=$(cd "$(dirname "$0")" && pwd)
home=/run/nginx-bluegreen-sandbox
cache=${BLUEGREEN_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/nginx-bluegreen}

cannot() { echo "sandbox: $1" >&2 && exit 69; }
fail() { echo "sandbox: $1" >&2 && exit "${2:-1}"; }

# Pids are reused: a process is told by its pid and the instant it started (field 22 of its stat line).
identify() {
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086
  set -- "$1" ${stat##*) }
  [ "$2" != Z ] || return 1
  echo "$1 ${21}"
}
alive() { [ -s "$1" ] && read -r known <"$1" && [ "$(identify "${known%% *}")" = "$known" ]; }
pid_in() { read -r known <"$1" && echo "${known%% *}"; }

# PID 1 of the host as this machine sees it: the child of systemd-nspawn that is 1 in a namespace below.
leader_of() {
  alive "$1/nspawn" || return 1
  nspawn=$(pid_in "$1/nspawn")
  children=''
  # The list ends without a newline, which read calls a failure.
  { read -r children <"/proc/$nspawn/task/$nspawn/children"; } 2>/dev/null || [ -n "$children" ] || return 1
  for child in $children; do
    [ -e "/proc/$child/status" ] || continue
    while read -r key _ inside _; do
      if [ "$key" = NSpid: ] && [ "$inside" = 1 ]; then echo "$child" && return; fi
    done <"/proc/$child/status"
  done
  return 1
}

# Every cgroup tree systemd-nspawn manages: the v2 one, or on older machines v1's "systemd" and v2's "unified".
cgroup_trees() {
  if [ -e /sys/fs/cgroup/cgroup.procs ]; then echo /sys/fs/cgroup && return; fi
  for tree in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
    if [ -e "$tree/cgroup.procs" ]; then echo "$tree"; fi
  done
}

# Ends whatever still runs in the host's cgroups, each by its id, and removes the cgroups.
end_processes() {
  for tree in $(cgroup_trees); do
    tries=0
    while [ -d "$tree/bluegreen-$1" ] && [ "$tries" -lt 100 ]; do
      find "$tree/bluegreen-$1" -name cgroup.procs -exec cat {} + 2>/dev/null | while read -r pid; do
        kill -KILL "$pid" 2>/dev/null || true
      done
      find "$tree/bluegreen-$1" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.01
      tries=$((tries + 1))
    done
  done
}

# Runs the script on stdin inside. The braces make the shell read it whole before its first command can eat it.
run_inside() {
  leader=$(leader_of "$1") || fail "host ${1##*/} is not running" 69
  while IFS=: read -r _ kind path; do
    case $kind in
      '') tree=/sys/fs/cgroup/unified && [ -d "$tree" ] || tree=/sys/fs/cgroup ;;
      name=systemd) tree=/sys/fs/cgroup/systemd ;;
      *) continue ;;
    esac
    echo 0 >"$tree$path/cgroup.procs" || true
  done <"/proc/$leader/cgroup" 2>/dev/null
  { printf '{ :; ' && cat && printf '\n} </dev/null\n'; } |
    nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup --root --wd -- \
      /usr/bin/env -i HOME=/root USER=root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      /bin/sh -s
}

# Keeps the machine "powered": systemd-nspawn ends with 133 when the host reboots itself, so start it again.
# Each start has a cgroup of its own, empty, because hosts that share the caller's would share all below it.
power() {
  state=$home/$1
  export SYSTEMD_NSPAWN_TMPFS_TMP=0 SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
  code=133
  while [ "$code" = 133 ] || [ -e "$state/restart" ]; do
    rm -f "$state/restart"
    end_processes "$1"
    (
      for tree in $(cgroup_trees); do
        mkdir "$tree/bluegreen-$1" && echo 0 >"$tree/bluegreen-$1/cgroup.procs"
      done
      exec systemd-nspawn --quiet --directory="$state/root" --boot --register=no --keep-unit --machine="$1" \
        --settings=no --link-journal=no --resolv-conf=off --timezone=off \
        --network-namespace-path="/run/netns/bluegreen-$1" --console=read-only
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

# Takes the first free N of 10.99.N.0/30 and makes the state folder that holds it.
reserve() {
  mkdir -p "$home"
  exec 9>"$home/.lock"
  flock 9
  [ ! -e "$home/$1" ] || fail "host $1 is already there: sh sandbox/host.sh down $1" 75
  taken=" $(cat "$home"/*/number 2>/dev/null | tr '\n' ' ') $(ip -4 -o address show | sed -n 's/.* 10\.99\.\([0-9]*\)\..*/\1/p' | tr '\n' ' ') "
  number=1
  while case $taken in *" $number "*) true ;; *) false ;; esac do number=$((number + 1)); done
  [ "$number" -le 250 ] || fail 'all 250 addresses are taken' 75
  mkdir -m 0755 "$home/$1"
  echo "$number" >"$home/$1/number"
  echo "10.99.$number.2" >"$home/$1/address"
  exec 9>&-
}

make_disk() {
  state=$home/$1
  mkdir "$state/disk" "$state/root"
  mount -t tmpfs -o "size=$2,mode=0755" "bluegreen-$1" "$state/disk" || return 1
  mkdir "$state/disk/upper" "$state/disk/work"
  mount -t overlay -o "lowerdir=$3,upperdir=$state/disk/upper,workdir=$state/disk/work" "bluegreen-$1" "$state/root"
}

make_network() {
  state=$home/$1
  read -r number <"$state/number"
  ip netns add "bluegreen-$1" || return 1
  ip link add "bluegreen$number" type veth peer name eth0 netns "bluegreen-$1" || return 1
  ip address add "10.99.$number.1/30" dev "bluegreen$number" && ip link set "bluegreen$number" up || return 1
  printf '%s\n' 'link set lo up' "address add 10.99.$number.2/30 dev eth0" 'link set eth0 up' |
    ip -netns "bluegreen-$1" -batch -
}

make_identity() {
  state=$home/$1
  ssh-keygen -q -t ed25519 -N '' -C '' -f "$state/key"
  chown "${SUDO_UID:-0}:${SUDO_GID:-0}" "$state/key"
  install -m 0600 -o 1000 -g 1000 "$state/key.pub" "$state/root/home/ec2-user/.ssh/authorized_keys"
  read -r address <"$state/address"
  for kind in ed25519 ecdsa; do
    ssh-keygen -q -t "$kind" -N '' -C "root@$1" -f "$state/root/etc/ssh/ssh_host_${kind}_key"
    read -r type public _ <"$state/root/etc/ssh/ssh_host_${kind}_key.pub"
    echo "$address $type $public" >>"$state/known_hosts"
  done
  echo "$1" >"$state/root/etc/hostname"
  printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n%s %s\n' "$address" "$1" >"$state/root/etc/hosts"
  tr -d - </proc/sys/kernel/random/uuid >"$state/root/etc/machine-id"
}

describe() {
  state=$home/$1
  read -r number <"$state/number"
  printf '%s\n' "name=$1" "address=10.99.$number.2" 'user=ec2-user' "key=$state/key" \
    "known_hosts=$state/known_hosts" "console=$state/console.log" "disk=$state/disk" \
    "link=bluegreen$number" "netns=bluegreen-$1"
}

up() {
  name=$1 disk=2g owner='' release=bookworm
  shift
  for option in "$@"; do
    case $option in
      disk=*) disk=${option#*=} ;;
      owner=*) owner=${option#*=} ;;
      release=*) release=${option#*=} ;;
      *) fail "unknown option '$option'" 64 ;;
    esac
  done
  [ -z "$owner" ] || owner=$(identify "$owner") || fail "owner ${owner:-?} is not a process" 64
  check
  root=$(sh "$here/root.sh" "$release")
  reserve "$name"
  trap 'down "$name"' EXIT
  trap 'exit 130' INT TERM HUP
  state=$home/$name
  if [ -n "$owner" ]; then
    echo "$owner" >"$state/owner"
    setsid sh "$0" guard "$name" "${owner%% *}" </dev/null >/dev/null 2>&1 &
    identify $! >"$state/guard"
  fi
  make_disk "$name" "$disk" "$root" || cannot 'this machine refuses the mounts a host needs (tmpfs, overlay)'
  make_network "$name" || cannot 'this machine refuses the network a host needs (namespace, veth pair)'
  make_identity "$name"
  setsid sh "$0" power "$name" </dev/null >"$state/console.log" 2>&1 &
  identify $! >"$state/power"
  wait_ready "$name" || {
    tail -n 15 "$state/console.log" >&2
    cannot "the host did not boot; the end of its console is above"
  }
  trap - EXIT
  describe "$name"
}

unmount() {
  while mountpoint -q "$1" 2>/dev/null; do umount "$1" 2>/dev/null || umount -l "$1"; done
}

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
  unmount "$state/root"
  unmount "$state/disk"
  for left in propagate unix-export; do rm -rf --one-file-system "/run/systemd/nspawn/$left/$1"; done
  rm -rf --one-file-system "$state"
  exec 9>&-
}

guard() {
  tail --pid="$2" -f /dev/null
  down "$1"
}

reboot() {
  state=$home/$1
  before=$(leader_of "$state") || fail "host $1 is not running" 69
  if [ "${2:-}" = hard ]; then
    : >"$state/restart"
    kill -KILL "$before"
  else
    (echo 'systemctl --no-block reboot' | run_inside "$state")
  fi
  wait_ready "$1" "$before" || fail "host $1 did not come back: see $state/console.log"
}

list() {
  for state in "$home"/*/; do
    [ -d "$state" ] || continue
    state=${state%/} running=stopped owner=none
    if leader_of "$state" >/dev/null; then running=running; fi
    if [ -e "$state/owner" ]; then owner=$(pid_in "$state/owner"); fi
    echo "${state##*/} $(cat "$state/address") $running owner=$owner"
  done
}

sweep() {
  for state in "$home"/*/; do
    state=${state%/}
    if [ -e "$state/owner" ] && ! alive "$state/owner"; then down "${state##*/}"; fi
  done
}

check() {
  for tool in systemd-nspawn ip ssh-keygen ssh-keyscan nsenter flock; do
    command -v "$tool" >/dev/null || cannot "$tool is missing: sh scripts/prepare.sh --sandbox"
  done
  [ -n "$(cgroup_trees)" ] || cannot 'no cgroup tree that systemd can use is mounted'
  unshare --mount sh -c 'mount -t tmpfs none /mnt' 2>/dev/null || cannot 'this machine refuses mounts'
}

if [ "$(id -u)" != 0 ]; then
  sudo -n true 2>/dev/null || cannot 'needs root, or sudo without a password'
  mkdir -p "$cache"
  exec sudo -n env BLUEGREEN_CACHE="$cache" sh "$0" "$@"
fi
export BLUEGREEN_CACHE="$cache"
command=${1:-help}
case $command in
  up | run | reboot | down | power | guard)
    case ${2:-} in
      '' | -* | *- | *[!a-z0-9-]* | ??????????????????????????????????????????*) fail "$command needs a name: a-z 0-9 and -, at most 41 characters" 64 ;;
    esac
    ;;
esac
case $command in
  run) run_inside "$home/$2" ;;
  up | reboot | down | power | guard | list | sweep | check) "$@" ;;
  *) sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0" >&2 && exit 64 ;;
esac
