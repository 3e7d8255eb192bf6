# The blocks of a payload, as they come on stdin. Before each stands a head of 32 bytes, `FROM BYTES`; `end PARTS` says that
# all was sent, and by how many stages part beside; it does not come after a block that is all.

# receive_blocks: until the sender's end, or all came in one block. Sets parts_beside. Fails as link-lost where stdin
# ended before, or the sender is gone.
receive_blocks() {
    exec 3<&0 6>>"$coming/came.$own_pid"
    while [ -z "$all_came" ] && read_head && [ "$block_from" != end ]; do receive_block; done
    exec 3<&- 6>&-
    [ -z "$all_came" ] || return 0
    [ -z "$is_gone" ] || lose_sender
    [ -n "$block_from" ] || end_early
    parts_beside=$block_bytes
}

# read_head: sets block_from and block_bytes; both empty, and false, at the end of stdin.
read_head() {
    block_from='' block_bytes=''
    dd bs=32 count=1 iflag=fullblock <&3 >"$scratch/head" 2>/dev/null 6>&- 8>&- &
    await_receiver || return 1
    if ! IFS=' ' read -r block_from block_bytes <"$scratch/head"; then
        block_from=''
        return 1
    fi
    is_block || fail input-invalid "The upload has a block that cannot be: '$(printf '%.40s' "$block_from $block_bytes" | tr -dc '[:print:]')'." "Use the action, which sends them."
}

# is_block: whether block_from and block_bytes are numbers, and within the payload; or the sender's end.
is_block() {
    is_whole_number "$block_bytes" || return 1
    [ "$block_from" != end ] || return 0
    is_whole_number "$block_from" && [ "$((block_from + block_bytes))" -le "$payload_bytes" ]
}

is_whole_number() {
    case $1 in
        '' | *[!0-9]* | 0?* | ????????????????*) return 1 ;;
    esac
}

# receive_block: the bytes of one block; what is written of it counts, also where the rest does not come.
receive_block() {
    exec 5<>"$payload"
    dd bs=128k iflag=fullblock,count_bytes count="$block_bytes" oflag=seek_bytes seek="$block_from" conv=notrunc <&3 >&5 2>/dev/null 6>&- 8>&- &
    block_status=0
    await_receiver || block_status=$?
    block_to=$(written_to)
    exec 5>&-
    [ "$block_from $block_to" != "0 $payload_bytes" ] || all_came=yes
    [ "$block_to" -le "$block_from" ] || echo "$block_from $block_to" >&6 || cannot_write "$payload"
    [ -n "$is_gone" ] || [ "$block_status" = 0 ] || cannot_write "$payload"
}

# written_to: where what was written to descriptor 5 ends, also by a process that was killed.
written_to() {
    while read -r fact_name fact_value; do
        [ "$fact_name" != pos: ] || echo "$fact_value"
    done </proc/self/fdinfo/5
}

# take BYTES FILE: exactly that many of stdin; reads no further.
take() {
    true >"$2" || cannot_write "$2"
    exec 3<&0 5>"$2"
    if [ "$1" -gt 0 ]; then
        dd bs="$1" count=1 iflag=fullblock <&3 >&5 2>/dev/null 8>&- &
        await_receiver || [ -n "$is_gone" ] || cannot_write "$2"
    fi
    [ -z "$is_gone" ] || lose_sender
    [ "$(written_to)" = "$1" ] || end_early
    exec 3<&- 5>&-
}

# await_receiver: gives the status of the process that receives; it is ended when the sender is gone.
await_receiver() {
    receiver=$!
    receiver_status=0
    wait "$receiver" || receiver_status=$?
    if [ -n "$is_gone" ]; then
        kill "$receiver" 2>/dev/null || :
        wait "$receiver" 2>/dev/null || :
        receiver_status=1
    fi
    receiver=''
    return "$receiver_status"
}
