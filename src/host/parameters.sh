# The parameters of all stages: `key=value` words after the stage's name. Durations are in
# milliseconds, sizes in bytes. The runner has checked them; names that become paths are checked again.

app='' color='' release='' lease_token=0 run='' resume=0 followed='' holder='' lock_wait=0
jar_sha256='' jar_bytes=0 payload_bytes=0 pieces_bytes=0 recipe_bytes=0 jar_at='' env_bytes=0 launch_bytes=0 json_bytes=0 class_version=0
env_sha256='' launch_sha256='' heap_max=0 heap_share=0 heap_start=0 force=''
blue_port=0 green_port=0 blue_management_port='' green_management_port=''
java='' app_user='' health_path='' health_port='' health_timeout=0 health_interval=0 health_successes=0
warm_up_paths='' warm_up_requests=0
switch_mode='' site='' server_name='' listen='' tls_certificate='' tls_key='' max_body_size='' proxy_timeout=''
front_host='' drain_timeout=0 keep_releases=0 keep_previous=stopped switched_at=0 rollback_reason='' first='' after=''
bake_time=0 bake_max_errors=0 confirmed_by=host installs='' deploy_user=''
home='' adopted='' nginx_facts=/dev/null given_parameters='' call='' part='' watcher='' receiver='' is_gone='' all_came='' alone_since='' done_before='' mended='' only_looks='' salt=''
sums='' sum_with='' guarded='' door_unseen='' known_units='' known_listeners='' known_room='' asked_units='' java_job='' nginx_said=''

# read_parameters KEY=VALUE...: fills the variables above, and given_parameters with the words, one a line; an
# unknown key is a failure.
read_parameters() {
    given_parameters=$(printf '%s\n' "$@")
    for pair in "$@"; do
        value=${pair#*=}
        case ${pair%%=*} in
            app) app=$value ;;
            color) color=$value ;;
            release) release=$value ;;
            lease) lease_token=$value ;;
            run) run=$value ;;
            resume) resume=$value ;;
            followed) followed=$value ;;
            holder) holder=$value ;;
            lock-wait) lock_wait=$value ;;
            jar-sha256) jar_sha256=$value ;;
            jar-bytes) jar_bytes=$value ;;
            payload-bytes) payload_bytes=$value ;;
            jar-at) jar_at=$value ;;
            pieces-bytes) pieces_bytes=$value ;;
            recipe-bytes) recipe_bytes=$value ;;
            env-bytes) env_bytes=$value ;;
            launch-bytes) launch_bytes=$value ;;
            json-bytes) json_bytes=$value ;;
            class-version) class_version=$value ;;
            env-sha256) env_sha256=$value ;;
            launch-sha256) launch_sha256=$value ;;
            heap-max) heap_max=$value ;;
            heap-share) heap_share=$value ;;
            heap-start) heap_start=$value ;;
            force) force=$value ;;
            blue-port) blue_port=$value ;;
            green-port) green_port=$value ;;
            blue-management-port) blue_management_port=$value ;;
            green-management-port) green_management_port=$value ;;
            java) java=$value ;;
            app-user) app_user=$value ;;
            health-path) health_path=$value ;;
            health-port) health_port=$value ;;
            health-timeout) health_timeout=$value ;;
            health-interval) health_interval=$value ;;
            health-successes) health_successes=$value ;;
            warm-up-paths) warm_up_paths=$value ;;
            warm-up-requests) warm_up_requests=$value ;;
            switch) switch_mode=$value ;;
            site) site=$value ;;
            server-name) server_name=$value ;;
            listen) listen=$value ;;
            tls-certificate) tls_certificate=$value ;;
            tls-key) tls_key=$value ;;
            max-body-size) max_body_size=$value ;;
            proxy-timeout) proxy_timeout=$value ;;
            front-host) front_host=$value ;;
            drain-timeout) drain_timeout=$value ;;
            keep-releases) keep_releases=$value ;;
            keep-previous) keep_previous=$value ;;
            rollback-reason) rollback_reason=$value ;;
            first) first=$value ;;
            after) after=$value ;;
            bake-time) bake_time=$value ;;
            bake-max-errors) bake_max_errors=$value ;;
            confirmed-by) confirmed_by=$value ;;
            salt) salt=$value ;;
            installs) installs=$value ;;
            deploy-user) deploy_user=$value ;;
            *) fail input-invalid "The host program does not know the parameter '${pair%%=*}'." \
                "Use the host program that belongs to this version of the action." ;;
        esac
    done
    check_name app "$app" '^[a-z][a-z0-9-]{0,30}$'
    case $color in '' | blue | green) ;; *) refuse_value color "$color" 'blue or green' ;; esac
    case $keep_previous in stopped | running) ;; *) refuse_value keep-previous "$keep_previous" 'stopped or running' ;; esac
    case $first in '' | inspect | rollback) ;; *) refuse_value first "$first" 'inspect or rollback' ;; esac
    case $after in '' | upload | start | switch) ;; *) refuse_value after "$after" 'upload, start or switch' ;; esac
    case $confirmed_by in host | runner) ;; *) refuse_value confirmed-by "$confirmed_by" 'host or runner' ;; esac
    [ -z "$run" ] || check_name run "$run" '^[0-9a-f]{16}$'
    [ -z "$salt" ] || check_name salt "$salt" '^[0-9a-f]{32}$'
    [ -z "$followed" ] || check_name followed "$followed" '^[0-9]{1,15}\.[a-z]+$'
    [ -z "$release" ] || check_name release "$release" '^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}$'
    [ -z "$jar_at" ] || check_name jar-at "$jar_at" '^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}$'
    [ -z "$deploy_user" ] || check_name deploy-user "$deploy_user" '^[a-z_][a-z0-9_-]{0,31}$'
    [ -z "$app_user" ] || check_name app-user "$app_user" '^[a-z_][a-z0-9_-]{0,31}$'
    for number in "$blue_port" "$green_port" "${blue_management_port:-1}" "${green_management_port:-1}" "${health_port:-1}" \
        "$jar_bytes" "$payload_bytes" "$pieces_bytes" "$recipe_bytes" "$env_bytes" "$launch_bytes" "$json_bytes" "$keep_releases" "$health_timeout" "$health_interval" \
        "$health_successes" "$warm_up_requests" "$drain_timeout" "$lock_wait" "$class_version" \
        "$heap_max" "$heap_share" "$heap_start" "$bake_time" "$bake_max_errors" "$lease_token" "$resume"; do
        case $number in '' | *[!0-9]* | ????????????????*) refuse_value number "$number" 'up to 15 digits' ;; esac
    done
}

# check_name KEY VALUE PATTERN: refuses a value that is not wholly matched by the extended pattern.
check_name() {
    case $2 in
        *"
"*) refuse_value "$1" "$2" 'one line' ;;
    esac
    printf '%s\n' "$2" | grep -Eq "$3" || refuse_value "$1" "$2" "$3"
}

# refuse_value KEY VALUE WHAT
refuse_value() {
    fail input-invalid "The host program refuses $1 '$2': it must match $3." "Correct the input and run again."
}
