# The sha256 of files that may be large: of one that is as it was when this host program last read it, since this boot, it
# is remembered. The kernel gives a file another time of change (ctime) with whatever is written into it and with every
# change of its own times, and nobody can set that one.

# sum_of FILE: sets summed to its sha256; empty where it cannot be read.
sum_of() {
    summed='' sum_identity=$(identify_file "$1") || return 0
    [ -z "$sums" ] || recall_sum
    [ -z "$summed" ] || return 0
    sum_began=$(now_ms)
    summed=$(read_sum "$1") || return 0
    if [ -n "$sums" ] && [ -z "$only_looks" ] && is_settled && [ "$(identify_file "$1")" = "$sum_identity" ]; then
        remember_sum || :
    fi
}

# read_sum FILE: its sha256, read now. openssl takes a third of the time of Debian 12's sha256sum, which does without the
# processor's own instructions for it.
read_sum() {
    read_with=$($sum_with openssl dgst -sha256 -r <"$1" 2>/dev/null) || read_with=$($sum_with sha256sum <"$1") || return 1
    echo "${read_with%% *}"
}

# is_settled: whether the file's time of change was long enough ago when it was read. The kernel's clock for it goes in
# steps of up to 10 ms, some file systems have whole seconds: what was changed just now could be changed again without a
# trace.
is_settled() {
    sum_changed=${sum_identity%% *} sum_fraction=${sum_identity##*.}
    case $sum_fraction in
        000000000*) [ "$((sum_began - sum_changed * 1000))" -ge 2000 ] ;;
        [0-9][0-9][0-9]*) [ "$((sum_began - sum_changed * 1000 - (1${sum_fraction%"${sum_fraction#???}"} - 1000)))" -ge 200 ] ;;
        *) return 1 ;;
    esac
}

# identify_file FILE: its time of change in seconds, then all that changes with its content, in one line.
identify_file() {
    stat -L -c '%Z %d:%i:%s:%y:%z' "$1" 2>/dev/null </dev/null
}

recall_sum() {
    [ -e "$sums" ] || return 0
    while read -r recalled_sum recalled_identity; do
        if [ "$recalled_identity" = "$sum_identity" ]; then summed=$recalled_sum; fi
    done 2>/dev/null <"$sums" || :
}

# remember_sum: it and the 19 before it, in memory: after a boot every file is read again.
remember_sum() {
    new_sums=$(mktemp "$scratch/sums.XXXXXX")
    { printf '%s %s\n' "$summed" "$sum_identity" && { head -n 19 "$sums" 2>/dev/null || :; }; } >"$new_sums" && mv -f "$new_sums" "$sums"
}
