# What nginx says about its own configuration (`nginx -T`): who listens where, what our server block inherits.

# read_nginx_config: leaves what matters in $nginx_facts, `key value` a line; 1 when nginx refuses its
# configuration, with its words in $nginx_error. Keys: http-access-log, worker-connections and its kind, default-server
# (of others), and of the server block that includes our live.conf: ours-listen, ours-name,
# ours-access-log, ours-open-file-cache, ours-other-app, and ours-finding with what will bite in its locations.
read_nginx_config() {
    nginx_facts=$scratch/nginx-facts
    nginx_error=$scratch/nginx-error
    : >"$nginx_facts"
    nginx -T </dev/null >"$scratch/nginx-dump" 2>"$nginx_error" || return 1
    giving_way=''
    [ "$site" != managed ] || giving_way=$(stock_default_site)
    awk -v live="$live_conf" -v site="$site_conf" -v giving_way="$giving_way" "$(nginx_config_reader)" "$scratch/nginx-dump" >"$nginx_facts"
}

# nginx_complaint: what nginx said last when it refused its configuration.
nginx_complaint() {
    grep -m 1 emerg "$nginx_error" | sed 's/^.*\[emerg\] [0-9#]*: //' | cut -c1-300
}

# nginx_version: as nginx says it, 1.22.1 or 1.18.0 (Ubuntu).
nginx_version() {
    know_nginx
    echo "${nginx_said##*nginx/}"
}

# know_nginx: asks nginx for its version, once.
know_nginx() {
    [ -n "$nginx_said" ] || nginx_said=$(nginx -v 2>&1 </dev/null) || :
}

# nginx_fact KEY: the values of one key, one a line.
nginx_fact() {
    while IFS= read -r nginx_line; do
        case $nginx_line in "$1 "*) printf '%s\n' "${nginx_line#"$1 "}" ;; esac
    done <"$nginx_facts"
}

# nginx_config_reader: the awk program for what is told in $nginx_facts.
nginx_config_reader() {
    cat <<'AWK'
function statement(    i, rest, name) {
    rest = ""
    for (i = 2; i <= words; i++) rest = rest (i > 2 ? " " : "") word[i]
    if (block[depth] == "http" && word[1] == "access_log") print "http-access-log " rest
    if (word[1] ~ /^keepalive_(min_)?timeout$/ && file !~ /^\/etc\/nginx\/bluegreen\/[^\/]*\/live\.conf$/) keepalive(word[1], rest)
    if (word[1] ~ /^worker_(connections|rlimit_nofile)$/) { name = word[1]; gsub(/_/, "-", name); print name " " rest }
    if (block[depth] == "" && word[1] == "worker_shutdown_timeout") print "worker-shutdown-timeout " rest
    if (server) {
        if (depth == server) {
            if (word[1] == "listen") { note("listen " rest); if (rest ~ /default_server/) defaults = defaults "default-server " rest "\n" }
            if (word[1] == "server_name") note("name " rest)
            if (word[1] == "access_log") note("access-log " rest)
            if (word[1] == "open_file_cache") note("open-file-cache " rest)
        }
        if (word[1] == "include" && word[2] == live) ours = 1
        else if (word[1] == "include" && word[2] ~ /^\/etc\/nginx\/bluegreen\/[^\/]*\/live\.conf$/) note("other-app " word[2])
        if (location && word[1] == "proxy_pass" && word[2] ~ /service_url/) proxies = 1
        if (location && word[1] == "proxy_set_header") { headers = 1; set[tolower(word[2])] = 1 }
        if (word[1] == "proxy_cache" && word[2] != "off") caches = 1
        if (word[1] == "proxy_cache_key") keyed = 1
    }
}
function keepalive(name, time) {
    gsub(/_/, "-", name)
    if (block[depth] == "http") print "http-" name " " time
    else if (server && depth == server) note(name " " time)
    else if (!server && block[depth] == "server") print "snippet-" name " " time
}
function note(text) { notes = notes "ours-" text "\n" }
function opens() {
    if (word[1] == "server" && block[depth - 1] == "http") { server = depth; ours = 0; notes = ""; defaults = ""; own = (file == site || file == giving_way); caches = 0; keyed = 0 }
    if (word[1] == "location" && server) { location = depth; where = word[words]; proxies = 0; headers = 0; split("", set) }
}
function closes() {
    if (depth == location) {
        if (proxies && headers && !("connection" in set)) note("finding location " where " sets headers of its own but not Connection, so nginx closes its connection to the app after every request: add proxy_set_header Connection \"\"")
        if (proxies && !("host" in set)) note("finding location " where " does not set Host, so the app sees the name of the upstream: add proxy_set_header Host $host")
        location = 0
    }
    if (depth == server) {
        if (caches && !keyed) note("finding the default proxy_cache_key contains the name of the upstream, so the colors do not share the cache: set proxy_cache_key")
        if (ours) printf "%s", notes
        else if (!own) printf "%s", defaults
        server = 0
    }
}
function begins() { server = 0; location = 0 }
AWK
    nginx_statements
}

# nginx_statements: awk rules that read a dump of `nginx -T` and call, of whoever uses them, statement() at each `;`,
# opens() and closes() at each brace, begins() at each file. They find the statement in word[1] to word[words], its
# file, its line there (of its first word), the depth and the name of each block around it.
nginx_statements() {
    cat <<'AWK'
# nginx -T shows every file apart: what an include stands in is the context of the files it brings.
function pattern_of(glob) {
    if (glob !~ /^\//) glob = folder "/" glob
    gsub(/[.+(){}|$]/, "[&]", glob)
    gsub(/\*/, "[^/]*", glob)
    gsub(/\?/, "[^/]", glob)
    return "^" glob "$"
}
function remember(glob) {
    including[++includes] = pattern_of(glob)
    context[includes] = block[depth]
}
function context_of(name,    i) {
    for (i = 1; i <= includes; i++) if (name ~ including[i]) return context[i]
    return ""
}
function add(text) {
    if (!words) began = NR - heading
    word[++words] = text
}
/^# configuration file / {
    file = $4; sub(/:$/, "", file)
    if (folder == "") { folder = file; sub(/\/[^\/]*$/, "", folder) }
    heading = NR; depth = 0; words = 0; quote = ""
    block[0] = context_of(file)
    begins()
}
{
    line = $0
    while (length(line)) {
        if (quote != "") {
            if (quote == "\"") match(line, /^([^"\\]|\\.)*/); else match(line, /^([^'\\]|\\.)*/)
            text = text substr(line, 1, RLENGTH); line = substr(line, RLENGTH + 1)
            if (line == "" || line == "\\") { text = text " "; line = ""; continue }
            line = substr(line, 2); quote = ""
            add(text)
            continue
        }
        if (match(line, /^[ \t\r]+/)) { line = substr(line, RLENGTH + 1); continue }
        c = substr(line, 1, 1)
        if (c == "#") break
        if (c == "\"" || c == "'") { quote = c; text = ""; line = substr(line, 2); continue }
        if (c == ";") { if (word[1] == "include") remember(word[2]); statement(); words = 0; line = substr(line, 2); continue }
        if (c == "{") { block[++depth] = word[1]; opens(); words = 0; line = substr(line, 2); continue }
        if (c == "}") { closes(); depth--; words = 0; line = substr(line, 2); continue }
        match(line, /^(\$\{[A-Za-z0-9_]*\}|[^ \t\r;{}])+/)
        if (RLENGTH < 1) { line = substr(line, 2); continue }
        add(substr(line, 1, RLENGTH)); line = substr(line, RLENGTH + 1)
    }
}
AWK
}
