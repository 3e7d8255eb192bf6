# What kind of machine a host is, made of the base system before its first boot: Debian with all that a deploy needs
# (usual), without nginx, a JRE and curl (bare), or laid out as Amazon Linux 2023 (amazon), bare too.

# make_kind NAME KIND
make_kind() {
  case $2 in
    usual) ;;
    bare) make_bare "$home/$1/root" ;;
    amazon) make_amazon "$home/$1/root" ;;
  esac
}

# make_bare ROOT: apt-get can bring them back from /srv/packages; as on a fresh image it has no lists yet.
make_bare() {
  # shellcheck disable=SC2046
  chroot "$1" dpkg --purge --force-unsafe-io $(cat "$1/srv/packages/names") </dev/null >/dev/null 2>&1 || return 1
  rm -f "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/*
  echo 'deb [trusted=yes] file:/srv/packages ./' >"$1/etc/apt/sources.list"
}

# make_amazon ROOT: the files are as Amazon Linux 2023 has them; dnf writes down how it was called, and installs by
# putting back what was moved aside.
make_amazon() {
  aside=$1/usr/lib/sandbox-aside
  install -d "$aside"
  for program in usr/bin/apt usr/bin/apt-get usr/bin/apt-cache usr/bin/dpkg usr/bin/dpkg-query usr/bin/java usr/sbin/nginx usr/lib/systemd/system/nginx.service; do
    mv "$1/$program" "$aside/" || return 1
  done
  rm -rf "$1"/etc/init.d/nginx "$1"/etc/rc?.d/*nginx "$1/etc/systemd/system/multi-user.target.wants/nginx.service" "$1"/etc/nginx/sites-* "$1"/etc/nginx/modules-* "$1"/etc/nginx/snippets "$1/etc/logrotate.d/nginx"
  mv "$1/etc/nginx" "$aside/nginx-files" && install -d "$aside/nginx-files/conf.d" "$aside/nginx-files/default.d" || return 1
  cp "$here/amazon/nginx.conf" "$aside/nginx-files/nginx.conf"
  cp "$here/amazon/logrotate" "$aside/logrotate"
  install -m 0755 "$here/amazon/dnf" "$1/usr/bin/dnf"
  rm -f "$1/etc/os-release" "$1/etc/debian_version"
  cp "$here/amazon/os-release" "$1/etc/os-release"
}
