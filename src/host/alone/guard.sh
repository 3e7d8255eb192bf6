# guard: called at boot, before nginx and the app's colors start. Takes app. A switch that nobody confirmed is
# taken back by its files alone, since nothing runs yet; the old color is still enabled and will serve. A first
# release has nothing to go back to: it stays, unless nginx refuses its files. So does one whose predecessor was deleted
# from the disk while it ran, or was an adopted jar. What a run left that died with the machine is cleared away. Where
# nginx runs the boot is over: then it is the repair of the next stage that looks after such a switch.
stage_guard() {
    ! systemctl -q is-active nginx.service </dev/null || return 0
    clear_away
    put_site_back
    is_unconfirmed || return 0
    load_settings
    guarded_from=$(journal_fact from)
    if [ "$guarded_from" = none ] && nginx -t </dev/null >/dev/null 2>&1; then
        say "the first switch was not confirmed; the next deploy looks after it"
        return 0
    fi
    if is_adopted "$guarded_from"; then
        stay_switched "nothing starts $(name_of "$guarded_from") at boot"
        return 0
    fi
    if [ "$guarded_from" != none ] && [ ! -e "$releases/$(release_of "$guarded_from")/app.jar" ]; then
        stay_switched "the release before it was deleted"
        return 0
    fi
    restore_before
    if [ "$guarded_from" != none ]; then
        systemctl disable --no-reload "$unit@$(journal_fact to).service" </dev/null >/dev/null 2>&1 || :
        systemctl --no-block stop "$unit@$(journal_fact to).service" </dev/null >/dev/null 2>&1 || :
    fi
    turn_journal restored "$(journal_fact release) was not confirmed before the machine went down; $guarded_from serves again"
    remove_file "$measuring"
    say "took back an unconfirmed switch to $(journal_fact release)"
}

# clear_away: the lease, the candidate and the half-made files of a run that died with the machine, unless another
# run has come since. The candidate's unit does not run: it is enabled by the switch.
clear_away() {
    is_alone || return 0
    rm -rf "$releases"/*.part
    rm -f "$home"/.*.new "$home"/*.new "$state"/.*.new "$state"/*.new "$nginx_home"/.*.new
    for whole in "$site_conf" "$unit_file" "$guard_file"; do rm -f "${whole%/*}/.${whole##*/}.new"; done
    for leftover in "$lease" "$candidate"; do [ ! -e "$leftover" ] || remove_file "$leftover" || :; done
    if [ -e "$measuring" ] && ! is_unconfirmed; then remove_file "$measuring" || :; fi
}

# stay_switched WHY: the release that was switched to is the only one left that can be started; WHY is a clause.
stay_switched() {
    guarded_to=$(journal_fact to)
    if enable_color "$guarded_to"; then systemctl --no-block start "$unit@$guarded_to.service" </dev/null >/dev/null 2>&1 || :; fi
    turn_journal switched "$(journal_fact release) was not confirmed before the machine went down; it stays live all the same, since $1"
    remove_file "$measuring"
    say "$(journal_fact why)"
}
