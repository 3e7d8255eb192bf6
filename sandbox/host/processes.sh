# Processes: told apart by id and start; those of a host by its cgroups.

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
