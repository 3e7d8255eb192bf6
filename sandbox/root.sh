#!/bin/sh
# Builds the root file system that sandbox hosts start from, once, and keeps it in the cache.
#
#   sh sandbox/root.sh [bookworm|trixie|forky]
#
# Takes: the Debian release (default bookworm), BLUEGREEN_CACHE for the cache folder; needs root and debootstrap.
# Gives: on stdout the folder of the finished root file system; progress on stderr.
# The folder's name holds a hash of this text, so a changed script makes a new one. It is built beside its
# place and renamed when whole: an interrupted build is never used. Two at once build once.
set -eu
umask 022
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

release=${1:-bookworm}
case $release in
  bookworm) java=openjdk-17-jre-headless ;;
  trixie | forky) java=openjdk-21-jre-headless ;;
  *) echo "root.sh: unknown release '$release': bookworm, trixie or forky" >&2 && exit 64 ;;
esac
packages=systemd,systemd-sysv,libpam-systemd,dbus,openssh-server,nginx,sudo,$java,iproute2,curl,procps,logrotate,ca-certificates,tcsh,fish

cache=${BLUEGREEN_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/nginx-bluegreen}/sandbox
hash=$(sha256sum "$0" | cut -c 1-12)
root=$cache/root-$release-$hash
build=$root.building

discard() {
  for place in "$build"/proc "$build"/sys "$build"/dev; do
    while mountpoint -q "$place" 2>/dev/null; do umount "$place" || umount -l "$place"; done
  done
  rm -rf --one-file-system "$build"
}

# What a cloud image does to a fresh Debian: a user with a key and sudo, no passwords, no keys or ids of its own.
make_cloud_user() {
  chroot "$build" useradd --create-home --shell /bin/bash --comment '' ec2-user
  echo 'ec2-user ALL=(ALL) NOPASSWD:ALL' >"$build/etc/sudoers.d/90-cloud-users"
  chmod 0440 "$build/etc/sudoers.d/90-cloud-users"
  install -d -m 0700 -o 1000 -g 1000 "$build/home/ec2-user/.ssh"
  cat >"$build/etc/ssh/sshd_config.d/50-cloud.conf" <<'CONF'
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
UseDNS no
CONF
  rm -f "$build"/etc/ssh/ssh_host_*
  : >"$build/etc/machine-id"
  rm -f "$build/var/lib/dbus/machine-id" "$build/etc/resolv.conf"
  : >"$build/etc/resolv.conf"
}

# What a bare host lacks and installs from /srv/packages, a repository of apt's on its own disk: nginx, a JRE, tools.
keep_packages() {
  install -d "$build/srv/packages"
  for package in nginx nginx-common "$java" ca-certificates-java java-common curl logrotate; do
    mv "$build/var/cache/apt/archives/${package}"_*.deb "$build/srv/packages/"
    echo "$package" >>"$build/srv/packages/names"
  done
  chroot "$build" sh -eu >"$build/srv/packages/Packages" <<'INDEX'
cd /srv/packages
for file in *.deb; do
  dpkg-deb --field "$file"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(sha256sum <"$file" | cut -d ' ' -f 1)"
done
INDEX
}

# Work a host that lives for seconds has no use for; everything else stays as Debian ships it.
make_quick() {
  for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
    logrotate.timer man-db.timer e2scrub_reap.service systemd-networkd.service systemd-networkd.socket \
    systemd-networkd-wait-online.service systemd-firstboot.service \
    console-getty.service getty@tty1.service; do
    ln -sf /dev/null "$build/etc/systemd/system/$unit"
  done
  rm -rf "$build"/var/cache/apt/archives/*.deb "$build"/var/lib/apt/lists/* "$build"/usr/share/doc/* \
    "$build"/usr/share/man/* "$build"/var/log/bootstrap.log
  # Newer than /usr: systemd then skips its after-an-update work (ldconfig, hwdb, catalog) at the first boot.
  touch "$build/etc/.updated" "$build/var/.updated"
}

# Every Debian since bookworm is made the same way; an older debootstrap lacks only the newer names.
build_root() {
  script=''
  [ -e "/usr/share/debootstrap/scripts/$release" ] || script=sid
  echo "sandbox: building the $release root file system (about a minute, once)" >&2
  discard
  log=$cache/debootstrap-$release.log
  debootstrap --variant=minbase --include="$packages" "$release" "$build" '' "$script" >"$log" 2>&1 </dev/null || {
    tail -n 30 "$log" >&2
    echo "sandbox: debootstrap failed, the whole log is $log" >&2
    exit 1
  }
  make_cloud_user
  keep_packages
  make_quick
  mv "$build" "$root"
}

if [ ! -d "$root" ]; then
  [ "$(id -u)" = 0 ] || { echo 'root.sh: must be root to build a root file system' >&2 && exit 69; }
  command -v debootstrap >/dev/null || { echo 'root.sh: debootstrap is missing: sh scripts/prepare.sh --sandbox' >&2 && exit 69; }
  mkdir -p "$cache"
  exec 9>"$cache/root-$release.lock"
  flock 9
  if [ ! -d "$root" ]; then
    trap discard EXIT
    trap 'exit 130' INT TERM HUP
    build_root
  fi
fi
echo "$root"
