# How a release's payload comes in: blocks in any order, over the session of the stage upload and over those of stages
# part beside it. Before each block stands a head of 32 bytes, `FROM BYTES`; `end PARTS` says that all was sent, and by
# how many stages part beside; it does not come after a block that is all. Each block is written where it belongs in coming/payload, and what is whole is in
# coming/came.PID of each process that receives, a line `FROM TO` each: a run whose link broke goes on from there.

# lay_out_coming: where they come in.
lay_out_coming() {
    coming=$releases/$release.part/coming
    payload=$coming/payload
}

# begin_coming: makes the place, or takes up what this run had sent of the same payload before its link broke. Sets
# wanted to what is missing.
begin_coming() {
    all_came=''
    if is_begun; then
        await_receivers
        came_before=$(came_ranges)
        rm -f "$coming"/came.*
        printf '%s\n' "$came_before" | tr ',-' '\n ' >"$coming/came.0" || cannot_write "$coming"
        wanted=$(missing_ranges)
    else
        rm -rf "$coming"
        mkdir "$coming" || cannot_write "$coming"
        { echo "$run $payload_bytes $jar_sha256" >"$coming/about" && true >"$payload"; } || cannot_write "$coming"
        wanted=0-$payload_bytes
    fi
    echo "$lease_token $payload_bytes" >"$coming/ready" || cannot_write "$coming"
}

# is_begun: whether this very payload of this run is there in part.
is_begun() {
    { IFS= read -r about <"$coming/about"; } 2>/dev/null && [ "$about" = "$run $payload_bytes $jar_sha256" ]
}

# receive_payload: to be called while the sender is watched; returns when all of the payload is there. What a stage part was sent and is missing after its end is
# asked for again. Tells wanted (FROM-TO,...) and received. Fails as link-lost: what came is kept for this run then.
receive_payload() {
    tell wanted "$wanted"
    receive_blocks
    until has_all_come; do
        await_parts
        has_all_come || ask_again
    done
    tell received "$payload_bytes"
}

ask_again() {
    tell wanted "$(missing_ranges)"
    receive_blocks
}

# want_whole_jar WHY: the payload is the whole jar now, and received as such: it cannot be made of what came.
want_whole_jar() {
    tell rebuild-failed "$1"
    payload_bytes=$jar_bytes
    watch_sender
    begin_coming
    receive_payload
    end_watch
}

# receive_blocks: until the sender's end, or all came in one block. Sets parts_beside. Fails as link-lost where stdin ended before, or the sender is gone.
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

# watch_sender: until end_watch sets is_gone, and ends what receives, once the session that sends is gone: after a silent cut sshd would
# keep it, and with it this stage, for a long time.
watch_sender() {
    is_gone='' receiver=''
    trap 'is_gone=yes; [ -z "$receiver" ] || kill "$receiver" 2>/dev/null || :' USR1
    while sleep 0.5; do
        if may_still_come; then kill -0 "$own_pid" || break; else kill -USR1 "$own_pid" || break; fi
    done </dev/null >/dev/null 2>&1 8>&- &
    watcher=$!
}

end_watch() {
    trap '' USR1
    [ -z "$watcher" ] || kill "$watcher" 2>/dev/null || :
}

# may_still_come: whether the session that sends may still be there. A run that came back sends what is missing anew.
may_still_come() {
    ! is_abandoned && [ "$newest_token" = "$lease_token" ]
}

lose_sender() {
    end_watch
    part=''
    fail link-lost "The upload stopped: the run that sent it is gone." "Run again."
}

# end_early: stdin ended before all was there.
end_early() {
    end_watch
    part=''
    fail link-lost "The upload ended before all of it was sent. The traffic did not move." "Run again."
}

# await_parts: until nothing more can come from the stages part beside; one that has not begun gets 10 s to do so.
await_parts() {
    part_looks=0
    until has_all_come || { has_no_receiver && { [ "$(count_parts)" -ge "$parts_beside" ] || [ "$part_looks" -ge 500 ]; }; }; do
        [ -z "$is_gone" ] || lose_sender
        sleep 0.02
        part_looks=$((part_looks + 1))
    done </dev/null
}

count_parts() {
    set -- "$coming"/came.[1-9]*
    echo "$(($# - 1))"
}

# has_no_receiver: whether no other process receives any more.
has_no_receiver() {
    for came in "$coming"/came.[1-9]*; do
        if [ "${came##*.}" != "$own_pid" ] && kill -0 "${came##*.}" 2>/dev/null; then return 1; fi
    done
}

# await_receivers: those of the broken session are on their way out, and have 3 s.
await_receivers() {
    receiver_looks=0
    until has_no_receiver || [ "$receiver_looks" -ge 60 ]; do
        sleep 0.05
        receiver_looks=$((receiver_looks + 1))
    done </dev/null
}

has_all_come() {
    [ -n "$all_came" ] || [ "$(came_ranges)" = "0-$payload_bytes" ]
}

# came_ranges: what is there, as FROM-TO,...
came_ranges() {
    cat "$coming"/came.* 2>/dev/null </dev/null | sort -n | awk '
        NF != 2 { next }
        began && $1 <= to { if ($2 > to) to = $2; next }
        began { printf "%.0f-%.0f,", from, to }
        { began = 1; from = $1; to = $2 }
        END { if (began) printf "%.0f-%.0f", from, to }'
}

# missing_ranges: the others, likewise.
missing_ranges() {
    came_ranges | awk -v all="$payload_bytes" -v RS='[,\n]' -F- '
        $2 + 0 > 0 { if ($1 + 0 > at) { printf "%s%.0f-%.0f", comma, at, $1; comma = "," }; at = $2 + 0 }
        END { if (at < all) printf "%s%.0f-%.0f", comma, at, all }'
}
