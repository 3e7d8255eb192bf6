# The history: one line of JSON for every run that had the lock, whatever became of it; the newest 500 stay. A run tells
# its own before it ends; of one that was lost the host writes what it knows.

# add_to_history LINE
add_to_history() {
    { tail -n 499 "$history" 2>/dev/null || :; printf '%s\n' "$1"; } | put_file "$history" 0644 || say "the history could not be written"
}

# add_lost_run: the run whose lock this was has gone without a word.
add_lost_run() {
    lost_live=$(live_color)
    add_to_history "{\"at\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\",\"outcome\":\"lost\",\"release\":\"$(release_of "${lost_live:-none}")\",\"liveColor\":\"$lost_live\",\"holder\":\"$(printf '%s' "$holder" | sed 's/[\\"]/\\&/g')\"}"
}
