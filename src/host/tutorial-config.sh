# The tutorials' nginx configuration, out of a dump of `nginx -T`: a server block that passes requests on to
# $service_url, which stands in it or in a file of its own that it includes.

# tutorial_fact KEY: the values of one key, one a line.
tutorial_fact() {
    sed -n "s/^$1 //p" "$tutorial_facts"
}

# read_tutorial_config: leaves in $tutorial_facts, `key value` a line, of each such server block: url, source (the file that
# says it), listen, name, path (of the location that proxies), block (FILE|first line|last line), exchange (FILE|line|
# set, include or beside|word: the statement that gives $service_url), proxy (FILE|line: a proxy_pass that nginx may
# keep connections for), and extra (what it does beside proxying). Empty where there is none.
read_tutorial_config() {
    tutorial_facts=$scratch/tutorial-facts
    awk "$(tutorial_config_reader)" "$scratch/nginx-dump" >"$tutorial_facts"
}

tutorial_config_reader() {
    cat <<'AWK'
function text_from(first,    i, text) {
    for (i = first; i <= words; i++) text = text (i > first ? " " : "") word[i]
    return text
}
function begins() { server = 0; location = 0 }
function opens() {
    if (word[1] == "server" && block[depth - 1] == "http") {
        server = depth; notes = ""; url = ""; globs = 0; proxies = 0; ours = 0; first = began; extras = ""; lines = ""
        split("", glob); split("", line_of)
    } else if (word[1] == "location" && server && !location) {
        location = depth; path = text_from(2); passes = 0; headers = 0; kept = 1
        if (path != "/" && path !~ /^= \/(404|40x|50x)\.html$/) extra()
    } else if (server) { extra(); kept = 0 }
}
function extra() { extras = extras "extra " file ":" began " " text_from(1) "\n" }
function statement() {
    if (word[1] == "proxy_http_version") versions = 1
    if (word[1] == "set" && word[2] == "$service_url") {
        if (!server && depth == 0 && block[0] == "server") { url_in[file] = word[3]; return }
        if (server && depth == server) { url = word[3]; lines = lines "exchange " file "|" began "|set|" word[2] "\n"; return }
    } else if (!server && depth == 0) others_in[file] = 1
    if (!server) return
    if (depth == server) {
        if (word[1] == "listen") { notes = notes "listen " text_from(2) "\n"; if (text_from(2) !~ / (ssl|quic|proxy_protocol)/) return }
        if (word[1] == "server_name") { notes = notes "name " text_from(2) "\n"; return }
        if (word[1] == "include") {
            if (word[2] ~ /\/bluegreen\/[^\/]*\/live\.conf$/) ours = 1
            glob[++globs] = word[2]; line_of[globs] = began
            return
        }
        if (word[1] ~ /^(root|index|charset|error_page)$/) return
    } else if (location) {
        if (word[1] == "proxy_pass" && word[2] ~ /^\$service_url/) { passes++; passed = began; return }
        if (word[1] == "proxy_set_header") {
            headers = 1
            if (tolower(word[2]) ~ /^(connection|upgrade)$/) kept = 0
            if (tolower(word[2]) ~ /^(host|x-real-ip|x-forwarded-(for|proto|host|port)|connection|upgrade)$/) return
        }
        if (word[1] == "proxy_http_version") { kept = 0; return }
        if (word[1] == "root") return
    }
    extra()
}
function closes() {
    if (depth == location) {
        if (passes) { proxies++; notes = notes "path " path "\n"; if (passes == 1 && headers && kept) lines = lines "proxy " file "|" passed "\n" }
        location = 0
    }
    if (depth == server) {
        if (proxies && !ours) keep_block()
        server = 0
    }
}
function keep_block(    i) {
    blocks++
    told[blocks] = notes lines "block " file "|" first "|" (NR - heading) "\n"
    beside[blocks] = extras
    home[blocks] = file
    own[blocks] = url
    for (i = 1; i <= globs; i++) { glob_of[blocks, i] = glob[i]; at[blocks, i] = line_of[i] }
    count[blocks] = globs
}
END {
    for (b = 1; b <= blocks; b++) {
        found = own[b]; source = home[b]; more = ""
        for (i = 1; i <= count[b]; i++) {
            matched = 0
            pattern = pattern_of(glob_of[b, i])
            for (name in url_in) if (name ~ pattern) {
                found = url_in[name]; source = name; matched = 1
                more = more "exchange " home[b] "|" at[b, i] "|" (name in others_in ? "beside" : "include") "|" glob_of[b, i] "\n"
            }
            if (!matched && brings(pattern)) beside[b] = beside[b] "extra " home[b] ":" at[b, i] " include " glob_of[b, i] "\n"
        }
        if (found ~ /^http:\/\/(127\.0\.0\.1|localhost):[0-9]+\/?$/)
            printf "url %s\nsource %s\n%s%s%s", found, source, (versions ? without_proxy(told[b]) : told[b]), more, beside[b]
    }
}
function brings(pattern,    name) {
    for (name in seen) if (name ~ pattern) return 1
}
function without_proxy(text) {
    while (match(text, /proxy [^\n]*\n/)) text = substr(text, 1, RSTART - 1) substr(text, RSTART + RLENGTH)
    return text
}
/^# configuration file / { known = $4; sub(/:$/, "", known); seen[known] = 1 }
AWK
    nginx_statements
}
