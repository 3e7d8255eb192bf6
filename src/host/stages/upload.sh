# upload: makes the release's folder, whole or not at all. Takes app, release, app-user, jar-sha256,
# jar-bytes, keep-releases, jar-at (a release that already has this jar), and the lengths of what comes on stdin, in
# this order: env, launch.conf, release.json, pieces, recipe, and the payload in blocks (see coming.sh) unless jar-at is
# given. Without a recipe the payload is the jar; with one the jar is made by it (see rebuild.sh), or, where that fails,
# all of it is asked for. stdin stays open for that. Old releases are removed while the payload comes in. Tells wanted,
# received, rebuild-failed, uploaded-bytes. Fails as upload-corrupt, disk-full, not-ours, link-lost: then what came is
# kept until this run comes back or ends.
stage_upload() {
    begin_change
    ensure_user
    lay_out_coming
    sweep_parts
    [ ! -e "$releases/$release" ] || fail host-error "The release $release is already there." "Run again."
    [ -z "$is_restricted" ] || need_room_for_upload
    part=$releases/$release.part
    install -d -m 0755 "$part" || cannot_write "$part"
    install -d -m 0750 -o "$app_user" -g "$app_user" "$part/work" || cannot_write "$part"
    watch_sender
    take "$env_bytes" "$part/env"
    take "$launch_bytes" "$part/launch.conf"
    take "$json_bytes" "$part/release.json"
    take "$pieces_bytes" "$part/pieces"
    take "$recipe_bytes" "$part/recipe"
    # It keeps the stage lock as long as it removes anything, also when this stage ends before.
    prune_releases </dev/null &
    prune_job=$!
    if [ -n "$jar_at" ]; then
        end_watch
        ln "$releases/$jar_at/app.jar" "$part/app.jar" || cannot_write "$part/app.jar"
        tell uploaded-bytes 0
        check_jar
    else
        begin_coming
        [ "$payload_bytes" = 0 ] || receive_payload
        end_watch
        sent_bytes=$((recipe_bytes + payload_bytes))
        if [ "$recipe_bytes" = 0 ]; then
            keep_whole_jar
        elif ! rebuild_jar; then
            want_whole_jar "$rebuild_failure"
            sent_bytes=$((sent_bytes + payload_bytes))
            keep_whole_jar
        fi
        rm -rf "$coming"
        tell uploaded-bytes "$sent_bytes"
    fi
    wait "$prune_job" || :
    rm -f "$part/recipe"
    chown "$app_user:$app_user" "$part/env"
    chmod 0644 "$part/app.jar" "$part/launch.conf"
    sync "$part/env" "$part/launch.conf" "$part/release.json" "$part/pieces" "$part/app.jar" "$part/work" "$part"
    mv -T "$part" "$releases/$release" || cannot_write "$part"
    sync "$releases"
}

# sweep_parts: what earlier runs left, but not what this run has sent before its link broke.
sweep_parts() {
    for old_part in "$releases"/*.part; do
        if [ "$old_part" != "$releases/$release.part" ] || ! is_begun; then rm -rf "$old_part"; fi
    done
}

# need_room_for_upload: a caller who is not trusted may have asked for less before, or not at all.
need_room_for_upload() {
    if [ -n "$jar_at" ]; then sent_bytes=0; else sent_bytes=$payload_bytes; fi
    [ "$recipe_bytes" = 0 ] || sent_bytes=$((sent_bytes + jar_bytes))
    need_room "$releases" "$((sent_bytes + env_bytes + launch_bytes + json_bytes + pieces_bytes + recipe_bytes + small_files))" \
        "$(in_mib "$sent_bytes") for the jar, the rest for small files" "Free some space on the host (old releases are in $releases) and run again."
}

# keep_whole_jar: what came is the jar.
keep_whole_jar() {
    mv -T "$payload" "$part/app.jar" || cannot_write "$part/app.jar"
    check_jar
}

check_jar() {
    got_sha256=$(read_sum "$part/app.jar")
    if [ "$got_sha256" != "$jar_sha256" ]; then
        got_bytes=$(stat -c %s "$part/app.jar")
        fail upload-corrupt "The jar arrived with $got_bytes bytes and sha256 $got_sha256; sent were $jar_bytes bytes and $jar_sha256. It was removed." "Run again."
    fi
}
