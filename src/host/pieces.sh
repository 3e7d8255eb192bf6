# What the releases' jars are made of, as the run that sent each wrote it down: a line beside the jar, with the short
# hash and the length of each piece.

# tell_pieces: of the live release's jar, then of others' while there is room: pieces, `RELEASE PIECE…`. Pieces that were
# told before are passed over as the sum of their lengths. Whoever may deploy the app wrote the lines: nothing of them is
# told but words of letters, digits, `_` and `-`.
tell_pieces() {
    { echo "$live_release"; list_releases; } | awk -v releases="$releases" '
        seen[$0]++ || !/^[0-9]+T[0-9]+Z-[0-9a-f]+$/ { next }
        {
            file = releases "/" $0 "/pieces"
            if ((getline list <file) < 1 || length(list) > 60000) next
            close(file)
            count = split(list, pieces, " ")
            line = $0
            told_before = 0
            for (place = 1; place <= count; place++) {
                piece = pieces[place]
                if (piece !~ /^[A-Za-z0-9_-]+$/ || length(piece) > 24) next
                if (piece in told) {
                    told_before += substr(piece, 12)
                } else {
                    line = line (told_before ? sprintf(" %.0f", told_before) : "") " " piece
                    told_before = 0
                }
            }
            if (told_before) line = line sprintf(" %.0f", told_before)
            if (count < 1 || (all && all + length(line) > 16384)) next
            all += length(line)
            print "@pieces=" line
            for (place = 1; place <= count; place++) told[pieces[place]]
        }'
}
