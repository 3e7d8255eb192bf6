# A host's disk: what it writes, over the base system that it never changes.

make_disk() {
  state=$home/$1
  mkdir "$state/disk" "$state/root"
  mount -t tmpfs -o "size=$2,mode=0755" "bluegreen-$1" "$state/disk" || return 1
  mkdir "$state/disk/upper" "$state/disk/work"
  mount -t overlay -o "lowerdir=$3,upperdir=$state/disk/upper,workdir=$state/disk/work" "bluegreen-$1" "$state/root"
}

unmount() {
  while mountpoint -q "$1" 2>/dev/null; do umount "$1" 2>/dev/null || umount -l "$1"; done
}
