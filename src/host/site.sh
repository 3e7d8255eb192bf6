# The nginx files of one app, as text and on the disk.

# upstream_text COLOR: its group; the other color is its backup, so that a request whose slow body came
# in after its color was stopped is still served.
upstream_text() {
    cat <<CONF
upstream $app-$1 {
    server 127.0.0.1:$(port_of "$1") max_fails=0;
    server 127.0.0.1:$(port_of "$(other_color "$1")") max_fails=0 backup;
    keepalive 64;
    keepalive_timeout 1s;
}
CONF
}

# site_conf_text: upstreams, log format and, for site=managed, the server block.
site_conf_text() {
    cat <<CONF
# $mark
# Written by the deploy; what is changed here by hand is replaced by the next one.
$(upstream_text blue)
$(upstream_text green)
# A request from the host to itself, and the word it is known by: nobody else can have it in the log. Names
# are short because nginx's table takes 46 characters of a variable's, and 32 within an expression.
map "\$remote_addr \$server_addr" \$bg_${nginx_name}_self {
    default '';
    "~^(\S+) \1\$" self;
}
map "\$bg_${nginx_name}_self \$http_x_nginx_bluegreen_nonce" \$bg_${nginx_name}_nonce {
    default '';
    "~^self (?<bluegreen_word>[0-9a-f]+)\$" \$bluegreen_word;
}
log_format bluegreen_$nginx_name '\$msec|\$status|\$request_time|\$proxy_host|\$upstream_addr|\$upstream_status|\$upstream_response_time|\$bg_${nginx_name}_nonce|\$request_completion';
# WebSockets alone are upgraded: an h2c tunnel would pass requests that nginx does not see.
map \$http_upgrade \$bg_${nginx_name}_upgrade {
    default '';
    "~*^websocket\$" websocket;
}
map \$bg_${nginx_name}_upgrade \$bg_${nginx_name}_connection {
    default upgrade;
    '' '';
}
CONF
    [ "$site" != managed ] || server_text
}

server_text() {
    if [ -n "$tls_certificate" ] && [ "$listen" = 80 ]; then
        cat <<CONF
server {
$(listen_text 80 '')
    server_name $server_name;
    location / {
        return 308 https://\$host\$request_uri;
    }
}
CONF
    fi
    cat <<CONF
server {
$(listen_text "$(front_port)" "${tls_certificate:+ ssl}")
    server_name $server_name;
CONF
    if [ -n "$tls_certificate" ]; then
        cat <<CONF
    ssl_certificate $tls_certificate;
    ssl_certificate_key $tls_key;
CONF
        [ "$(nginx_version_number)" -lt 1025001 ] || echo '    http2 on;'
    fi
    cat <<CONF
    include $live_conf;
    client_max_body_size $max_body_size;
    location / {
        error_page 418 = @bluegreen_events;
        if (\$http_accept ~ text/event-stream) {
            return 418;
        }
$(proxy_text)
    }
    location @bluegreen_events {
        proxy_buffering off;
$(proxy_text)
    }
}
CONF
}

# proxy_text: what every location that proxies says. The one for server-sent events passes each on at once, where
# nginx otherwise collects 1460 bytes; only an answer that a client asked for by its type is worth that.
proxy_text() {
    cat <<CONF
        proxy_pass \$service_url;
        proxy_http_version 1.1;
        proxy_set_header Host \$host;
        proxy_set_header Connection \$bg_${nginx_name}_connection;
        proxy_set_header Upgrade \$bg_${nginx_name}_upgrade;
        proxy_set_header X-Real-IP \$remote_addr;
        proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto \$scheme;
        proxy_set_header X-Forwarded-Host \$http_host;
        proxy_set_header X-Forwarded-Port \$server_port;
        proxy_next_upstream error;
        proxy_connect_timeout 5s;
        proxy_send_timeout $proxy_timeout;
        proxy_read_timeout $proxy_timeout;
CONF
}

# listen_text PORT FLAGS: for IPv4 and, where the host has it, IPv6; default_server unless another has it.
listen_text() {
    flags=$2
    if [ -n "$flags" ] && [ "$(nginx_version_number)" -lt 1025001 ]; then flags="$flags http2"; fi
    if ! nginx_fact default-server | awk -v port="$1" '{ p = $1; sub(/.*:/, "", p); if (p == port) found = 1 } END { exit !found }'; then
        flags="$flags default_server"
    fi
    echo "    listen $1$flags;"
    if [ -e /proc/net/if_inet6 ]; then echo "    listen [::]:$1$flags;"; fi
}

# installed_port COLOR: the port its group has in nginx's files as they are.
installed_port() {
    sed -n "/^upstream $app-$1 {/,/}/s/.*server 127\.0\.0\.1:\([0-9]*\) max_fails=0;/\1/p" "$site_conf"
}

# front_port: the port that clients of a managed site use: 443 with TLS, unless another is given.
front_port() {
    if [ -n "$tls_certificate" ] && [ "$listen" = 80 ]; then echo 443; else echo "$listen"; fi
}

# nginx_version_number: 1.22.1 as 1022001, to compare.
nginx_version_number() {
    know_nginx
    nginx_number=${nginx_said##*nginx/}
    IFS=. read -r nginx_major nginx_minor nginx_patch <<NUMBERS
${nginx_number%%[!0-9.]*}
NUMBERS
    echo "$((${nginx_major:-0} * 1000000 + ${nginx_minor:-0} * 1000 + ${nginx_patch:-0}))"
}

# is_site_current COLOR: whether both files on the host are the ones we would write for COLOR.
is_site_current() {
    site_conf_text | cmp -s - "$site_conf" && live_conf_text "$1" | cmp -s - "$live_conf"
}

# stock_default_site: the path of the distribution's default site, if it is enabled and untouched.
# Debian: a link in sites-enabled to a conffile whose md5 dpkg knows.
stock_default_site() {
    enabled=/etc/nginx/sites-enabled/default
    [ -L "$enabled" ] || return 0
    original=$(readlink -f "$enabled")
    shipped=$(dpkg-query -W -f='${Conffiles}\n' nginx-common nginx 2>/dev/null </dev/null | awk -v f="$original" '$1 == f { print $2; exit }')
    if [ -n "$shipped" ] && [ "$(md5sum <"$original" | cut -d' ' -f1)" = "$shipped" ]; then echo "$enabled"; fi
}

# write_site COLOR: puts both files in place and the untouched default site out of the way.
write_site() {
    install -d -m 0755 "$nginx_home" "$replaced" || return 1
    if [ "$site" = managed ] && [ -n "$(stock_default_site)" ]; then
        mv -fT "$(stock_default_site)" "$replaced/sites-enabled-default" || return 1
        say "moved the distribution's untouched default site to $replaced/sites-enabled-default"
    fi
    live_conf_text "$1" | put_own "$live_conf" 0644 && site_conf_text | put_own "$site_conf" 0644
}
