# How many clients this nginx can serve as a proxy: each request takes two connections, the client's and the app's.

# connections_advice: a finding where they are few; nothing else.
connections_advice() {
    worker_connections=$(nginx_fact worker-connections | head -n 1)
    worker_connections=${worker_connections:-512}
    worker_files=$(nginx_fact worker-rlimit-nofile | head -n 1)
    worker_files=${worker_files:-$(systemctl show --value -p LimitNOFILESoft nginx.service </dev/null)}
    case $worker_connections$worker_files in *[!0-9]*) return 0 ;; esac
    if [ "$worker_connections" -lt 1024 ]; then
        echo "worker_connections is $worker_connections in nginx's configuration: each worker serves $((worker_connections / 2)) requests at a time, since each takes two connections. Raise it to 4096 in nginx.conf, and set worker_rlimit_nofile to 8192."
    elif [ "${worker_files:-0}" -gt 0 ] && [ "$worker_files" -lt "$((worker_connections + 64))" ]; then
        echo "nginx's workers may open $worker_files files each, and worker_connections is $worker_connections: they run out of files first. Set worker_rlimit_nofile to twice worker_connections in nginx.conf."
    fi
}
