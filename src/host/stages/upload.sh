# upload: makes the release's folder, whole or not at all. Takes app, release, app-user, jar-sha256,
# jar-bytes, keep-releases, jar-at (a release that already has this jar), and the lengths of what comes on stdin, in
# this order: env, launch.conf, release.json, and the jar unless jar-at is given. Tells uploaded-bytes.
# Fails as upload-corrupt, disk-full, not-ours, link-lost.
stage_upload() {
    begin_change
    ensure_user
    rm -rf "$releases"/*.part
    prune_releases
    [ ! -e "$releases/$release" ] || fail host-error "The release $release is already there." "Run again."
    [ -z "$is_restricted" ] || need_room_for_upload
    part=$releases/$release.part
    install -d -m 0755 "$part" || cannot_write "$part"
    install -d -m 0750 -o "$app_user" -g "$app_user" "$part/work" || cannot_write "$part"
    take "$env_bytes" "$part/env"
    take "$launch_bytes" "$part/launch.conf"
    take "$json_bytes" "$part/release.json"
    if [ -n "$jar_at" ]; then
        ln "$releases/$jar_at/app.jar" "$part/app.jar" || cannot_write "$part/app.jar"
        tell uploaded-bytes 0
    else
        receive "$part/app.jar"
        tell uploaded-bytes "$(stat -c %s "$part/app.jar")"
    fi
    check_jar
    chown "$app_user:$app_user" "$part/env"
    chmod 0600 "$part/env" "$part/release.json"
    chmod 0644 "$part/app.jar" "$part/launch.conf"
    sync "$part/env" "$part/launch.conf" "$part/release.json" "$part/app.jar" "$part/work" "$part"
    mv -T "$part" "$releases/$release" || cannot_write "$part"
    sync "$releases"
}

# need_room_for_upload: a caller who is not trusted may have asked for less before, or not at all.
need_room_for_upload() {
    if [ -n "$jar_at" ]; then sent_bytes=0; else sent_bytes=$jar_bytes; fi
    need_room "$releases" "$((sent_bytes + env_bytes + launch_bytes + json_bytes + small_files))" \
        "$(in_mib "$sent_bytes") for the jar, the rest for small files" "Free some space on the host (old releases are in $releases) and run again."
}

# take BYTES FILE: exactly that many from stdin; reads no further.
take() {
    timeout 60 dd bs="$1" count=1 iflag=fullblock of="$2" 2>/dev/null || [ "$1" = 0 ] || cannot_write "$2"
    [ "$1" != 0 ] || : >"$2"
    [ "$(stat -c %s "$2")" = "$1" ] || fail link-lost "The upload ended early." "Run again."
}

# receive FILE: the rest of stdin. Ends when the sender's session does: after a silent cut sshd would keep the
# session, and with it this stage, for a long time.
receive() {
    exec 3<&0
    head -c "$((jar_bytes + 1))" <&3 >"$1" &
    receiver=$!
    while sleep 0.5; do may_still_come || kill "$receiver"; done </dev/null >/dev/null 2>&1 3<&- 8>&- &
    watcher=$!
    received=0
    wait "$receiver" || received=$?
    kill "$watcher" 2>/dev/null || :
    exec 3<&-
    [ "$received" -lt 128 ] || fail link-lost "The upload stopped: the run that sent it is gone." "Run again."
    [ "$received" = 0 ] || cannot_write "$1"
}

# may_still_come: whether the session that sends the jar may still be there. A run that came back sends it anew.
may_still_come() {
    ! is_abandoned && [ "$newest_token" = "$lease_token" ]
}

check_jar() {
    got_bytes=$(stat -c %s "$part/app.jar")
    [ "$got_bytes" -ge "$jar_bytes" ] || fail link-lost "The upload ended after $got_bytes of $jar_bytes bytes. What came was removed; the traffic did not move." "Run again."
    got_sha256=$(sha256sum <"$part/app.jar" | cut -d' ' -f1)
    if [ "$got_bytes" != "$jar_bytes" ] || [ "$got_sha256" != "$jar_sha256" ]; then
        fail upload-corrupt "The jar arrived with $got_bytes bytes and sha256 $got_sha256; sent were $jar_bytes bytes and $jar_sha256. It was removed." "Run again."
    fi
}
