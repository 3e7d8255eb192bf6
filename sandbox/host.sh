#!/bin/sh
# Makes and removes sandbox hosts: complete throw-away Linux machines (booted systemd, sshd, nginx, sudo, a JRE)
# that answer at an address of their own, 10.99.N.2.
#
#   sh sandbox/host.sh up NAME [disk=2g] [fs=tmpfs] [owner=PID] [release=bookworm] [kind=usual]   prints key=value lines when it
#                                             is ready; fs=ext4 is a disk that a power cut can be tried on;
#                                             kind=bare lacks nginx, a JRE and curl, kind=amazon is laid out as
#                                             Amazon Linux 2023, and bare
#   sh sandbox/host.sh run NAME <SCRIPT       runs a script as root inside; its exit code is the answer
#   sh sandbox/host.sh reboot NAME [hard|cut] returns when it is up again; hard = the power button held down,
#                                             cut = a power cut: what was not fsynced is lost (fs=ext4)
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

for part in processes inside power disk kind network identity up down; do
  # shellcheck source=/dev/null
  . "$here/host/$part.sh"
done

list() {
  for state in "$home"/*/; do
    [ -d "$state" ] || continue
    state=${state%/} running=stopped owner=none
    if leader_of "$state" >/dev/null; then running=running; fi
    if [ -e "$state/owner" ]; then owner=$(pid_in "$state/owner"); fi
    echo "${state##*/} $(cat "$state/address") $running owner=$owner"
  done
}

check() {
  for tool in systemd-nspawn ip ssh-keygen ssh-keyscan nsenter flock mkfs.ext4 losetup perl; do
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
