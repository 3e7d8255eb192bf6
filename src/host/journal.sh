# One switch is one transaction: intent first, verdict last, and what was there before kept beside it.
# The journal's `state`:
#   open       the switch is under way
#   baking     the traffic moved and the front door was proven; the new release is watched
#   baked      as good as confirmed by the host; the runner has the last word
#   switched   confirmed
#   restored   taken back; `why` says it in a sentence
# Of a rollback `left-why` is why the release that is left is bad.

# keep_before: copies of everything the switch may replace; what is absent now will be removed again.
keep_before() {
    rm -rf "$before"
    install -d -m 0700 "$before" || return 1
    set --
    for file in "$site_conf" "$live_conf" "$marker"; do
        if [ -e "$file" ]; then set -- "$@" "$file"; fi
    done
    [ "$#" = 0 ] || cp -p "$@" "$before/" || return 1
    if [ "$site" = managed ] && [ -n "$(stock_default_site)" ]; then
        readlink "$(stock_default_site)" >"$before/sites-enabled-default" || return 1
    fi
    find "$before" -exec sync {} +
}

# open_journal FROM TO: the intent, and the parameters it was given, for those who end it without a runner;
# from here on a crash is repaired by the guard at boot, the deadline, or the next command.
open_journal() {
    printf '%s\n' "$given_parameters" | put_file "$settings" 0600 || return 1
    printf 'state=open\nleft-why=%s\nfrom=%s\nto=%s\nrelease=%s\nswitched-at=%s\n' "$rollback_reason" "${1:-none}" "$2" "$release" "$switched_at" | put_file "$journal" 0600
}

# accept_journal COLOR WHY: the color is live by other hands than ours; WHY is a clause.
accept_journal() {
    printf 'state=switched\nfrom=none\nto=%s\nrelease=%s\nswitched-at=%s\nwhy=%s\n' "$1" "$(release_of "$1")" "$(now_ms)" "$2" |
        put_file "$journal" 0600
}

# turn_journal STATE [WHY]: the next state, durable; WHY is a sentence without its full stop.
turn_journal() {
    { sed -e "s/^state=.*/state=$1/" -e '/^why=/d' "$journal" && printf 'why=%s\n' "${2:-}"; } | put_file "$journal" 0600
}

# begin_bake: the traffic moved; the watch ends after bake-time, by the uptime, which a moved clock cannot stretch.
begin_bake() {
    { sed 's/^state=.*/state=baking/' "$journal" && echo "bake-until=$(($(uptime_ms) + bake_time))"; } | put_file "$journal" 0600
}

# journal_fact KEY
journal_fact() {
    fact_in "$journal" "$1"
}

# is_unconfirmed: whether a switch is neither confirmed nor taken back.
is_unconfirmed() {
    case $(journal_fact state) in open | baking | baked) ;; *) return 1 ;; esac
}

# is_confirmed_by_switch: whether the switch in the journal needs neither a bake nor the runner's word.
is_confirmed_by_switch() {
    grep -qx 'bake-time=0' "$settings" && grep -qx 'confirmed-by=host' "$settings"
}

# load_settings: the parameters of the switch in the journal, for a stage that no runner called.
load_settings() {
    set --
    while IFS= read -r pair; do set -- "$@" "$pair"; done <"$settings"
    read_parameters "$@"
    switched_at=$(journal_fact switched-at)
}

# confirm_switch: the new release stays.
confirm_switch() {
    turn_journal switched || return 1
    disarm_deadline
    judge_releases
}
