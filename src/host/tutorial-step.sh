# The step `tutorial` of setup: a tutorial's set-up is taken over, where there is one.

look_tutorial() {
    takes_over=''
    if find_tutorial; then
        need_take_over
        takes_over=yes
        planned="take the tutorial's set-up over: adopt the jar on port $tutorial_port as $tutorial_color, $(describe_exchange), and reload nginx once"
    elif is_take_over_unfinished; then
        takes_over=yes
        planned="have nginx read what an earlier setup has written to take the tutorial's set-up over"
    fi
}

# describe_exchange: what becomes of the files of others.
describe_exchange() {
    if [ "$site" = managed ]; then
        echo "replace the server block in $(tutorial_files | tr '\n' ' ' | sed 's/ $//') by one in $site_conf"
    else
        echo "have $(tutorial_files | tr '\n' ' ' | sed 's/ $//') include $live_conf"
    fi
}

do_tutorial() {
    if [ -n "$tutorial_url" ]; then take_over_tutorial; else finish_take_over; fi
    live=$(live_color)
    live_proof=proven live_release=''
    tell live-color "$live"
    tell live-proof proven
    tell_live_adopted
    did="$(name_of "$live") is adopted as $live and serves as before ($verdict); nginx was reloaded once, around which this host sent $take_over_resets TCP resets, each of which may be a lost request; copies of what was changed are in $replaced"
}
