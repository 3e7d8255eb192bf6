# What a server block includes, the app's own or ours: who gets the request, and what is logged of it.

# live_conf_text COLOR: what a server block includes. instant: the marker decides at each request, and
# COLOR does not matter; reload: COLOR stands in the text. No COLOR: no release is live yet, and nobody is asked. Our
# access_log would silence the inherited ones, so they are repeated. `open_file_cache` would delay the flip. A WebSocket
# is logged whenever it was opened, since a deploy that cuts it may come days later.
live_conf_text() {
    echo "# $mark"
    if [ "$site" = managed ] || [ -z "$(nginx_fact ours-open-file-cache)" ]; then echo 'open_file_cache off;'; fi
    keepalive_min_text
    if [ -z "$1" ]; then
        echo "set \$service_url http://unix:$nginx_home/no-release-yet:;"
    elif [ "$switch_mode" = instant ]; then
        cat <<CONF
set \$service_url http://$app-blue;
if (-e $marker) {
    set \$service_url http://$app-green;
}
CONF
    else
        echo "set \$service_url http://$app-$1;"
    fi
    cat <<CONF
set \$bluegreen_logged '';
if (-e $measuring) {
    set \$bluegreen_logged 1;
}
if (\$bg_${nginx_name}_nonce) {
    set \$bluegreen_logged 1;
}
if (\$bg_${nginx_name}_upgrade) {
    set \$bluegreen_logged 1;
}
access_log $traffic_log bluegreen_$nginx_name if=\$bluegreen_logged;
CONF
    if [ "$site" = managed ] || [ -z "$(nginx_fact ours-access-log)" ]; then
        nginx_fact http-access-log | grep -vx off | sed 's/.*/access_log &;/'
    fi
    cat <<CONF
location = /.nginx-bluegreen/$app/live {
    default_type text/plain;
    if (\$bg_${nginx_name}_self = '') {
        return 404;
    }
    return 200 "\$service_url\n";
}
CONF
    if [ -z "$1" ] && [ "$site" = managed ]; then
        cat <<CONF
default_type text/plain;
add_header Retry-After 60 always;
return 503 "No release of $app is live yet.\n";
CONF
    fi
}
