# The lines of the app's log that say most of why it failed.

# find_cause LOG [LAST]: at most 7 lines of the file, the first that it has of: Spring Boot's own description and
# action; a refusal of the JVM, or memory that ran out; the last "Caused by:" with where it was thrown; the last
# exception; the last line at the level ERROR; with LAST, the last line.
find_cause() {
    sed "s/$(printf '\033')\\[[0-9;?]*[A-Za-z]//g" "$1" | cut -b1-20000 | awk -v wants_last="${2:-}" '
        function trim(text) { sub(/^[ \t]+/, "", text); sub(/[ \t\r]+$/, "", text); return text }
        /APPLICATION FAILED TO START/ { part = "start"; about = ""; action = ""; lines = 0; next }
        part != "" && /^Description:/ { part = "about"; next }
        part != "" && /^Action:/ { part = "action"; lines = 0; next }
        part == "action" && /^([0-9][0-9][0-9][0-9]-[0-9]|[0-9][0-9]:[0-9][0-9]:|[\[{])/ { part = "" }
        part == "about" && NF && lines < 4 { about = about trim($0) "\n"; lines++ }
        part == "action" && NF && lines < 3 { action = action (lines ? "" : "Action: ") trim($0) "\n"; lines++ }
        part != "" { next }
        /^(Error: |Error occurred during initialization of VM|Unrecognized |# There is insufficient memory)/ { refusal = (was_refusal == NR - 1 ? refusal : "") trim($0) "\n"; was_refusal = NR }
        was_refusal && was_refusal == NR - 1 { refusal = refusal trim($0) "\n" }
        /java\.lang\.OutOfMemoryError/ { refusal = trim($0) "\n" }
        caused_at && NR == caused_at + 1 && /^[ \t]+at / { caused = caused trim($0) "\n" }
        /Caused by: / {
            rest = $0
            while (i = index(rest, "Caused by: ")) rest = substr(rest, i + 11)
            caused = "Caused by: " trim(rest) "\n"; caused_at = NR
        }
        /^(Exception in thread |[A-Za-z_][A-Za-z0-9_.$]*(Exception|Error)(:|$))/ { exception = trim($0) "\n" }
        / (ERROR|FATAL|SEVERE) /  { error = trim($0) "\n" }
        NF { last = trim($0) "\n" }
        END {
            if (about action != "") printf "%s%s", about, action
            else if (refusal) printf "%s", refusal
            else if (caused) printf "%s", caused
            else if (exception) printf "%s", exception
            else if (error) printf "%s", error
            else if (wants_last) printf "%s", last
        }' | head -n 7 | cut -b1-500
}
