# deadline: called by the timer that was armed before the switch. Takes app, release. Takes the switch to that
# release back if nobody has confirmed it; one that was broken off half-way is finished or taken back. Ends with 1,
# to be called again, while the disk is too full to say so.
stage_deadline() {
    deadline_of=$release
    take_stage_lock
    if is_unconfirmed && [ "$(journal_fact release)" = "$deadline_of" ]; then
        load_settings
        read_nginx_config || :
        revive_nginx
        say "nobody confirmed the switch to $release in time"
        repair "was not confirmed in time"
        end_measuring_alone
        ! is_unconfirmed || exit 1
    fi
}
