# How a release's payload comes in: blocks in any order, over the session of the stage upload and over those of stages
# part beside it (see blocks.sh). Each block is written where it belongs in coming/payload, and what is whole is in
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

# receive_payload: to be called while the sender is watched; returns when all of the payload is there. What a stage part
# was sent and is missing after its end is asked for again. Tells wanted (FROM-TO,...) and received. Fails as link-lost:
# what came is kept for this run then.
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
