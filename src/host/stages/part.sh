# part: receives blocks of what the stage upload of this run is receiving, over a session beside its own, so that one
# channel's window does not bound the rate. Takes app, release. Performed in the session itself, several at once. What
# goes wrong here is asked for again, and told, by upload. Fails as link-lost, disk-full, input-invalid.
stage_part() {
    lay_out_coming
    await_upload
    payload_bytes=${upload_ready#* }
    watch_sender
    receive_blocks
    end_watch
}

# await_upload: until upload receives; sets upload_ready to its token and the bytes of all.
await_upload() {
    holds_lease || lose_part
    upload_looks=0
    until upload_ready=$(cat "$coming/ready" 2>/dev/null) && [ "${upload_ready% *}" = "$lease_token" ]; do
        [ "$upload_looks" -lt 600 ] || lose_part
        [ "$((upload_looks % 20))" != 19 ] || holds_lease || lose_part
        sleep 0.05
        upload_looks=$((upload_looks + 1))
    done </dev/null
}

lose_part() {
    fail link-lost "The upload that this belongs to is not there, or its run no longer holds the lock of $app." "Run again."
}
