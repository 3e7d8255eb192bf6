# follow: passes on, from its beginning, what a stage said that was called over a link that broke, waits for its end and
# ends with its status. Takes app, followed (token.stage). Changes nothing. Tells call=unknown when it was never called.
stage_follow() {
    call_looks=0
    while [ ! -s "$calls/$followed/pid" ] && [ "$call_looks" -lt 10 ]; do
        sleep 0.1
        call_looks=$((call_looks + 1))
    done
    if [ ! -s "$calls/$followed/pid" ]; then
        tell call unknown
        return 0
    fi
    call=$calls/$followed
    rm -rf "$scratch"
    trap - EXIT
    pass_on
}
