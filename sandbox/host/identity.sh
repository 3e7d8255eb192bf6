# What makes a host itself: its keys, names and machine id.

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
