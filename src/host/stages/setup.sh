# setup: makes the host ready for deploys, step by step; what is right already stays as it is. Takes app, app-user,
# ports, java, class-version (0 without a jar), site and health parameters, switch, deploy-user (with restricted), and
# on stdin that user's public keys, one a line. Tells step (`STEP did DID` or `STEP nothing THERE`), reloads and
# tcp-resets where nginx was reloaded, tutorial and tutorial-done (sentences), what inspect tells of the live
# release, mended, drift, findings. Fails as package-failed, not-ours, nginx-config-invalid, front-door-mismatch,
# java-missing, java-too-old, disk-full, host-unfit, host-error.
setup_steps='packages user unit selinux logs tutorial site service restricted'

stage_setup() {
    all_done=''
    begin_change
    read_deploy_keys
    live='' live_proof=''
    take_steps packages
    revive_nginx
    read_nginx_config || :
    repair "was not confirmed by the run that switched to it"
    stop_left_candidate "left by an earlier run"
    inspect_java
    read_nginx_config || :
    find_front_door
    is_take_over_unfinished || find_live
    # shellcheck disable=SC2086
    take_steps ${setup_steps#packages }
    look_at_settings
}

# read_deploy_keys: what comes on stdin, for the step that needs it.
read_deploy_keys() {
    head -c 65536 >"$scratch/deploy-keys"
}

# look_at_settings: what setup does not change, and a person should know.
look_at_settings() {
    tell nginx "$(nginx_version)"
    if read_nginx_config; then
        connections_advice | tell_lines finding
        [ "$site" != include ] || look_at_include
    fi
    if ! systemctl is-active chronyd.service chrony.service systemd-timesyncd.service ntpd.service ntpsec.service ntp.service </dev/null 2>/dev/null | grep -qx active; then
        tell finding "nothing keeps the host's clock right (neither chrony nor systemd-timesyncd nor ntpd runs): release names, logs and certificates go by it; install chrony"
    fi
}

look_at_include() {
    if [ -n "$(nginx_fact ours-listen)$(nginx_fact ours-name)" ] || is_included; then
        inspect_include
    else
        tell finding "no server block of nginx includes $live_conf yet: put 'include $live_conf;' into yours and 'proxy_pass \$service_url;' into its location before the first deploy; nginx accepts it from now on"
    fi
}
