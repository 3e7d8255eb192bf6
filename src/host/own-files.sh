# The files that only we write. Of each the sha256 of what we wrote is remembered, newest first, so that one that
# somebody edited can be told from one that this version or these inputs would write otherwise.

own_files() {
    printf '%s\n' "$live_conf" "$site_conf" "$unit_file" "$launcher" "$guard_file"
}

# put_own FILE MODE: stdin becomes FILE, whole or not at all; of one that was edited a copy is kept. 1 when the
# disk is full. What is about to be written is remembered first: a crash before the rename leaves what we wrote earlier.
put_own() {
    own_text=$scratch/own-text
    cat >"$own_text" && keep_edited "$1" && remember_own "$1" && put_file "$1" "$2" <"$own_text"
}

# remember_own FILE: what $own_text says, and the four before it.
remember_own() {
    { printf '%s %s\n' "$(sha256sum <"$own_text" | cut -d' ' -f1)" "$1" && { cat "$written" 2>/dev/null || :; }; } |
        awk '!had[$0]++ && ++seen[$2] <= 5' | put_file "$written" 0600
}

# is_edited FILE: whether it says something we never wrote into it; false where nothing is remembered.
is_edited() {
    [ -n "$(find_edited "$1")" ]
}

# edited_files: those of ours of which that is so.
edited_files() {
    # shellcheck disable=SC2046
    find_edited $(own_files)
}

# find_edited FILE...: those that say, each a line.
find_edited() {
    [ -e "$written" ] || return 0
    {
        sha256sum "$@" 2>/dev/null </dev/null || :
        echo
        printf '%s\n' "$@"
    } | awk '
        NR == FNR { was[$2, $1] = 1; known[$2] = 1; next }
        $0 == "" { asked = 1; next }
        !asked { sum[$2] = $1; next }
        ($1 in known) && !(($1, sum[$1]) in was)' "$written" -
}

# keep_edited FILE: a copy of an edited file, in a folder that neither nginx nor systemd reads; 1 when the disk is full.
keep_edited() {
    if [ ! -e "$1" ] || ! is_edited "$1"; then return 0; fi
    install -d -m 0755 "$replaced" || return 1
    edited_copy=$(find_copy "$1")
    if [ -z "$edited_copy" ]; then
        edited_copy=$replaced/${1##*/}.$(date -u +%Y%m%dT%H%M%SZ)
        put_file "$edited_copy" 0600 <"$1" || return 1
    fi
    tell_mended "$1 was edited by hand; it was replaced, and what it said is in $edited_copy"
}

# find_copy FILE: a copy that says the same already; empty when there is none.
find_copy() {
    for copy in "$replaced/${1##*/}".*; do
        if cmp -s "$1" "$copy"; then
            echo "$copy"
            return 0
        fi
    done
}

# name_edits: tells what was edited by hand, puts back what was removed, and tells what the owner added to our unit,
# which stays in force.
name_edits() {
    for own_file in $(edited_files); do
        if [ -e "$own_file" ]; then
            tell drift "$own_file was edited by hand; the next new release replaces it and keeps a copy in $replaced"
        else
            put_back_own "$own_file"
        fi
    done
    drop_ins="$(unit_property blue DropInPaths) $(unit_property green DropInPaths)"
    [ "$drop_ins" = ' ' ] || printf '%s\n' "$drop_ins" | tr ' ' '\n' | sort -u |
        sed -n "s|.*/$unit@.*|@finding=& adds to the unit of the app; it is not ours and stays in force|p"
}

# put_back_own FILE: one that was removed; a stage that only looks tells it. systemd can neither start nor enable a unit
# without its file; nginx's files say where the traffic goes, which is not ours to guess.
put_back_own() {
    if is_gone_with_first "$1"; then return 0; fi
    if [ -n "$only_looks" ]; then
        tell drift "$1 was removed by hand; the next deploy writes it again"
        return 0
    fi
    case $1 in
        "$unit_file") install_unit_file ;;
        "$launcher") install_launcher ;;
        "$guard_file") install_guard ;;
        *)
            tell drift "$1 was removed by hand"
            return 0
            ;;
    esac
    tell_mended "$1 was removed by hand; it was written again"
}

# is_gone_with_first FILE: whether it is one of nginx's that went when the first switch of all was taken back.
is_gone_with_first() {
    case $1 in "$live_conf" | "$site_conf") [ "$(journal_fact state) $(journal_fact from)" = 'restored none' ] ;; *) false ;; esac
}

# mend_nginx_files: where nginx refuses its configuration over a file of ours that was edited: ours is written for the
# color that is live, and nginx asked again; 1 when it refuses still. Nothing is reloaded: nginx goes on with what it has.
mend_nginx_files() {
    are_nginx_files_broken || return 1
    mended_live=$(live_color)
    write_site "$mended_live" || cannot_write "$live_conf"
    read_nginx_config || return 1
    is_site_current "$mended_live" || write_site "$mended_live" || cannot_write "$live_conf"
    read_nginx_config
}

# are_nginx_files_broken: whether nginx refuses its configuration over a file of ours that was edited.
are_nginx_files_broken() {
    case $(nginx_complaint) in *" in $live_conf:"* | *" in $site_conf:"*) ;; *) return 1 ;; esac
    [ -n "$(live_color)" ] && { is_edited "$live_conf" || is_edited "$site_conf"; }
}
