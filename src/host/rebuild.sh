# A jar made on the host, of jars that it has and of what was sent, by a recipe with a line for each step:
# `RELEASE POSITION BYTES` copies of that release's jar, `payload BYTES` takes what was sent, in its order, `text` has
# the bytes themselves as octal numbers. The recipe may be anybody's who may deploy the app: nothing is read before all
# of it is checked, and the sha256 alone says whether it is a jar to run.

# rebuild_jar: makes $part/app.jar by $part/recipe and $payload. Returns 1, with rebuild_failure set and no app.jar, where
# the recipe cannot be followed or does not give the jar that was announced.
rebuild_jar() {
    rebuild_failure=''
    if ! check_recipe; then
        rebuild_failure="its recipe does not fit what the host has: $recipe_fault"
    elif ! follow_recipe 2>"$scratch/rebuild-errors"; then
        rebuild_failure="the host could not write it: $(head -n 1 "$scratch/rebuild-errors" | cut -b1-300)"
    elif ! is_jar_sent; then
        rebuild_failure="what the host made of it has another sha256"
    else
        return 0
    fi
    rm -f "$part/app.jar"
    return 1
}

# is_jar_sent: whether app.jar is the jar that was announced.
is_jar_sent() {
    [ "$(read_sum "$part/app.jar")" = "$jar_sha256" ]
}

# check_recipe: whether every step is one, reads only jars of releases and within them, and all steps together make a
# jar of jar-bytes and take all of the payload. Sets recipe_fault.
check_recipe() {
    recipe_fault="it has lines that are no steps"
    ! grep -qvE '^([0-9]{8}T[0-9]{6}Z-[0-9a-f]{8} (0|[1-9][0-9]{0,12}) [1-9][0-9]{0,12}|payload [1-9][0-9]{0,12}|text (\\[0-3][0-7]{2})+)$' "$part/recipe" || return 1
    [ "$(tail -c 1 "$part/recipe" | wc -l)" = 1 ] || return 1
    recipe_steps=$(wc -l <"$part/recipe")
    recipe_fault="it has $recipe_steps steps"
    [ "$recipe_steps" -le 1000 ] || return 1
    grep -oE '^[0-9]{8}T[^ ]*' "$part/recipe" | sort -u >"$scratch/sources"
    : >"$scratch/source-sizes"
    while read -r source; do
        recipe_fault="$source has no jar here"
        is_own_jar "$source" || return 1
        stat -c "$source %s" "$releases/$source/app.jar" >>"$scratch/source-sizes" || return 1
    done <"$scratch/sources"
    recipe_fault="its steps do not make the jar"
    awk -v jar_bytes="$jar_bytes" -v payload_bytes="$(stat -c %s "$payload" 2>/dev/null || echo 0)" '
        FILENAME == ARGV[1] { size[$1] = $2; next }
        $1 == "payload" { sent += $2; made += $2; next }
        $1 == "text" { made += length($2) / 4; next }
        { made += $3; if ($2 + $3 > size[$1]) beyond = 1 }
        END { exit !(made == jar_bytes && sent == payload_bytes && !beyond) }' "$scratch/source-sizes" "$part/recipe"
}

# is_own_jar RELEASE: whether it has a jar, which is no link to elsewhere.
is_own_jar() {
    [ ! -L "$releases/$1" ] && [ ! -L "$releases/$1/app.jar" ] && [ -f "$releases/$1/app.jar" ]
}

# follow_recipe: one process for each step at most, none for a text.
follow_recipe() {
    while read -r step_from step_at step_bytes; do
        case $step_from in
            payload) dd bs=1M count="$step_at" iflag=count_bytes,fullblock status=none <&5 || return 1 ;;
            text) write_octal "$step_at" || return 1 ;;
            *) dd if="$releases/$step_from/app.jar" bs=1M skip="$step_at" count="$step_bytes" iflag=skip_bytes,count_bytes status=none </dev/null || return 1 ;;
        esac
    done <"$part/recipe" 5<"$payload" >"$part/app.jar"
}

# write_octal NUMBERS: such as \120\113, which check_recipe has found to be nothing else.
# shellcheck disable=SC2059
write_octal() {
    printf "$1"
}
