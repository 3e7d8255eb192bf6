# Scripts run inside a host.

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
