# A host's disk: what it writes, over the base system that it never changes. It is memory (tmpfs), or an ext4
# file system in a sparse file on a loop device, which can lose its power.

# make_disk NAME SIZE BASE KIND
# systemd-nspawn of another host copies every mount there is and may keep the copy, unseen, as long as that host
# lives; below a shared mount the copies go when ours do.
make_disk() {
  state=$home/$1
  mount --bind "$state" "$state" && mount --make-shared "$state" || return 1
  mkdir "$state/disk" "$state/root"
  if [ "$4" = ext4 ]; then
    truncate -s "$2" "$state/disk.img" || return 1
    mkfs.ext4 -q -m 0 -E nodiscard,lazy_itable_init=0,lazy_journal_init=1 "$state/disk.img" || return 1
  else
    mount -t tmpfs -o "size=$2,mode=0755" "bluegreen-$1" "$state/disk" || return 1
  fi
  echo "$3" >"$state/base"
  mount_disk "$1"
}

# The commits that ext4 makes by itself, every 5 seconds, are far apart, and it does not write a file because it takes
# the name of another (no other file system does): what nobody fsynced is lost in a cut.
# The loop device goes with the mount.
mount_disk() {
  state=$home/$1
  if [ -e "$state/disk.img" ]; then mount -t ext4 -o loop,commit=300,noauto_da_alloc "$state/disk.img" "$state/disk" || return 1; fi
  mkdir -p "$state/disk/upper" "$state/disk/work"
  read -r base <"$state/base"
  mount -t overlay -o "lowerdir=$base,upperdir=$state/disk/upper,workdir=$state/disk/work" "bluegreen-$1" "$state/root"
}

# What is on the disk now survives a cut.
flush_disk() { sync -f "$home/$1/disk"; }

# From here on nothing reaches the disk, not even what the kernel still holds: ext4's shutdown without a flush of
# its journal (EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH).
cut_disk() {
  perl -e 'open my $disk, "<", $ARGV[0] or die; my $how = pack "L", 2; ioctl $disk, 0x8004587D, $how or die $!' "$home/$1/disk"
}

unmount() {
  while mountpoint -q "$1" 2>/dev/null; do umount "$1" 2>/dev/null || umount -l "$1"; done
}

# A file system is gone only with its loop device: mounted before that, it would be the one that was cut.
await_release() {
  tries=0
  while [ -e "$1" ] && [ -n "$(losetup --associated "$1")" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 1000 ] || return 1
    sleep 0.01
  done
}

unmount_disk() {
  unmount "$home/$1/root"
  unmount "$home/$1/disk"
}
