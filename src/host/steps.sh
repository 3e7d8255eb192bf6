# The steps of setup. Each has look_STEP, which changes nothing and sets planned, a clause about what is to be done, or
# leaves it empty and sets there, a clause about what is there already; and do_STEP, which does it and may set did, a
# clause about what was done.

# take_steps STEP...: tells step, `STEP will PLANNED` where a stage only looks, else `STEP did DID`; or `STEP nothing THERE`; a
# step that is none of this host's tells neither.
take_steps() {
    for setup_step in "$@"; do
        planned='' there='' did=''
        "look_$setup_step"
        if [ -z "$planned" ]; then
            [ -z "$there" ] || tell step "$setup_step nothing $there"
        elif [ -n "$only_looks" ]; then
            tell step "$setup_step will $planned"
        else
            "do_$setup_step"
            tell step "$setup_step did ${did:-$planned}"
            all_done="${all_done:+$all_done; }$setup_step: ${did:-$planned}"
            done_before="Done before: $all_done."
        fi
    done
}
