# A host's network: a namespace of its own and a cable to this machine.

make_network() {
  state=$home/$1
  read -r number <"$state/number"
  ip netns add "bluegreen-$1" || return 1
  ip link add "bluegreen$number" type veth peer name eth0 netns "bluegreen-$1" || return 1
  ip address add "10.99.$number.1/30" dev "bluegreen$number" && ip link set "bluegreen$number" up || return 1
  printf '%s\n' 'link set lo up' "address add 10.99.$number.2/30 dev eth0" 'link set eth0 up' |
    ip -netns "bluegreen-$1" -batch -
}
