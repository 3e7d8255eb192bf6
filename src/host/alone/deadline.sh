# deadline: called by the timer that was armed before the switch. Takes app, release. Takes the switch to that
# release back if nobody has confirmed it; one that was broken off half-way is finished or taken back.
stage_deadline() {
    load_settings
    exec 8>>"$stage_lock"
    flock 8
    if is_unconfirmed && [ "$(journal_fact release)" = "$release" ]; then
        read_nginx_config || :
        say "nobody confirmed the switch to $release in time"
        repair "was not confirmed in time"
        end_measuring_alone
    fi
}
