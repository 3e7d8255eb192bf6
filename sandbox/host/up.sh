# Making a host, and telling what it is.

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

describe() {
  state=$home/$1
  read -r number <"$state/number"
  printf '%s\n' "name=$1" "address=10.99.$number.2" 'user=ec2-user' "key=$state/key" \
    "known_hosts=$state/known_hosts" "console=$state/console.log" "disk=$state/disk" \
    "link=bluegreen$number" "netns=bluegreen-$1"
}

up() {
  name=$1 disk=2g fs=tmpfs owner='' release=bookworm kind=usual
  shift
  for option in "$@"; do
    case $option in
      disk=*) disk=${option#*=} ;;
      fs=tmpfs | fs=ext4) fs=${option#*=} ;;
      owner=*) owner=${option#*=} ;;
      kind=usual | kind=bare | kind=amazon) kind=${option#*=} ;;
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
  make_disk "$name" "$disk" "$root" "$fs" || cannot "this machine refuses the mounts a host needs ($fs, overlay)"
  make_kind "$name" "$kind" || fail "the host could not be made $kind"
  make_network "$name" || cannot 'this machine refuses the network a host needs (namespace, veth pair)'
  make_identity "$name"
  flush_disk "$name"
  setsid sh "$0" power "$name" </dev/null >"$state/console.log" 2>&1 &
  identify $! >"$state/power"
  wait_ready "$name" || {
    tail -n 15 "$state/console.log" >&2
    cannot "the host did not boot; the end of its console is above"
  }
  trap - EXIT
  describe "$name"
}
