# The deploy user of an app: a user of the host whose one right by sudo is the restricted call of this very program
# (see restricted.sh). Its home is root's, so that whoever has its key cannot let others in. A step of setup.

# name_deployer: where things of it are.
name_deployer() {
    sudoers_file=/etc/sudoers.d/nginx-bluegreen-$app
    fixed_file=/etc/nginx-bluegreen/$app.conf
    deployer_home=/home/$deploy_user
    deployer_keys=$deployer_home/.ssh/authorized_keys
    deployer_mark="nginx-bluegreen $app deploy"
}

# fixed_text: what every restricted call goes by, whatever its words say.
fixed_text() {
    echo "# nginx-bluegreen: app=$app"
    while read -r fixed_key fixed_value; do
        [ -z "$fixed_value" ] || printf '%s=%s\n' "$fixed_key" "$fixed_value"
    done <<FIXED
app-user $app_user
blue-port $blue_port
green-port $green_port
blue-management-port $blue_management_port
green-management-port $green_management_port
health-port $health_port
switch $switch_mode
site $site
server-name $server_name
listen $listen
tls-certificate $tls_certificate
tls-key $tls_key
max-body-size $max_body_size
proxy-timeout $proxy_timeout
FIXED
}

# sudoers_text: nothing of the caller's environment is kept, whatever the host keeps otherwise.
sudoers_text() {
    cat <<SUDOERS
# nginx-bluegreen: app=$app
Defaults:$deploy_user !requiretty, env_reset, !env_keep, !env_check, !setenv, closefrom=3, !closefrom_override
Defaults:$deploy_user secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
$deploy_user ALL=(root) NOPASSWD: NOSETENV: $0 restricted $app *
SUDOERS
}

# keys_text: the keys, each good for a command and for the ports of this app alone.
keys_text() {
    keys_options='restrict,port-forwarding'
    for keys_port in "$blue_port" "$green_port" $blue_management_port $green_management_port $health_port; do
        keys_options="$keys_options,permitopen=\"127.0.0.1:$keys_port\""
    done
    sed "s|^|$keys_options |" "$scratch/deploy-keys"
}

# look_restricted: sets planned and there. Fails as not-ours, input-invalid.
look_restricted() {
    name_deployer
    planned='' there=''
    need_ours "$sudoers_file"
    need_ours "$fixed_file"
    if [ -z "$deploy_user" ]; then
        if [ -e "$sudoers_file" ]; then planned="take the right to deploy $app away from $(former_deployer)"; else there="nobody has a right for $app alone"; fi
        return 0
    fi
    command -v visudo >/dev/null || fail host-unfit "The host lacks sudo, by which $deploy_user would get its right." "Install it on the host: $(package_command) sudo"
    need_own_deployer
    need_plain_app_user
    need_good_keys
    [ -e "$deployer_keys" ] || planned="make the user $deploy_user, whose keys ($(wc -l <"$scratch/deploy-keys")) log in, and "
    if ! is_deployer_ready; then
        planned="${planned}give $deploy_user the right to deploy $app and nothing else"
    else
        planned='' there="$deploy_user has the right to deploy $app and nothing else"
        [ -n "$only_looks" ] || tell_surroundings
    fi
}

# is_deployer_ready: whether user, keys, what is fixed and the right are as they would be made.
is_deployer_ready() {
    getent passwd "$deploy_user" >/dev/null && keys_text | cmp -s - "$deployer_keys" &&
        [ "$(stat -c '%u %a' "$deployer_home" "$deployer_home/.ssh" "$deployer_keys" | tr '\n' ' ')" = '0 755 0 755 0 644 ' ] &&
        fixed_text | cmp -s - "$fixed_file" && sudoers_text | cmp -s - "$sudoers_file" && is_permitted
}

# is_permitted: whether sudo, by all that it reads, lets the user make the restricted call.
is_permitted() {
    sudo -n -l -U "$deploy_user" "$0" restricted "$app" status </dev/null >/dev/null 2>&1
}

# need_own_deployer: one that is there must carry our mark; a folder in its home's place must be one of ours.
need_own_deployer() {
    deployer_entry=$(getent passwd "$deploy_user") || {
        [ ! -e "$deployer_home" ] || fail not-ours "$deployer_home is there without a user $deploy_user. It was not changed." \
            "Choose another deploy-user, or move $deployer_home away."
        return 0
    }
    [ "$(printf '%s' "$deployer_entry" | cut -d: -f5)" = "$deployer_mark" ] || fail not-ours \
        "The user $deploy_user is there and was not made by nginx-bluegreen to deploy $app. It was not changed." \
        "Choose another deploy-user: one that has other rights would deploy with all of them."
}

# need_plain_app_user: the deploy key runs what it likes as the app's user, which must be good for nothing else.
need_plain_app_user() {
    case $(getent passwd "$app_user" | cut -d: -f7) in
        '' | */nologin | */false) ;;
        *) fail host-unfit "The user $app_user, as whom the app runs, can log in on this host: with restricted it may not, since whoever has the deploy key could run anything as it." \
            "Take its login away on the host (usermod -s /usr/sbin/nologin $app_user), or choose another app-user." ;;
    esac
}

# need_good_keys: as lines of authorized_keys, they could bring options of their own.
need_good_keys() {
    if grep -Evq '^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+={0,2}( [ -~]*)?$' "$scratch/deploy-keys"; then
        fail input-invalid "deploy-public-key has a line that is no public key." "Give public keys as ssh-keygen writes them, one a line, without options."
    fi
}

# do_restricted: the right comes last, when all that it goes by is in place; it is taken away first. Sets did.
do_restricted() {
    former=$(former_deployer)
    if [ -n "$former" ] && [ "$former" != "$deploy_user" ]; then take_right_away; fi
    [ -n "$deploy_user" ] || return 0
    make_deployer
    install -d -m 0755 /etc/nginx-bluegreen || cannot_write /etc/nginx-bluegreen
    fixed_text | put_file "$fixed_file" 0644 || cannot_write "$fixed_file"
    sudoers_text >"$scratch/sudoers"
    visudo -cqf "$scratch/sudoers" </dev/null >/dev/null 2>&1 ||
        fail host-error "visudo refuses the line for $deploy_user." "Look at the version of sudo on the host: sudo -V"
    put_own "$sudoers_file" 0440 <"$scratch/sudoers" || cannot_write "$sudoers_file"
    is_permitted || fail host-unfit "sudo does not go by $sudoers_file." \
        "Let /etc/sudoers end with the line '@includedir /etc/sudoers.d' (visudo), and no later line take the right away."
    did="${did:+$did; }gave $deploy_user, as whom $(wc -l <"$scratch/deploy-keys") keys log in, the right to deploy $app and nothing else"
    tell_surroundings
}

make_deployer() {
    if ! getent passwd "$deploy_user" >/dev/null; then
        useradd --system --user-group --no-create-home --home-dir "$deployer_home" --shell /bin/sh --password '*' \
            --comment "$deployer_mark" "$deploy_user" </dev/null 2>&1 | tell_lines log
        getent passwd "$deploy_user" >/dev/null ||
            fail host-error "The user $deploy_user could not be made." "Look at the log, and run again."
    fi
    install -d -m 0755 -o root -g root "$deployer_home" "$deployer_home/.ssh" || cannot_write "$deployer_home"
    keys_text | put_file "$deployer_keys" 0644 || cannot_write "$deployer_keys"
    ! command -v restorecon >/dev/null || restorecon -R "$deployer_home" </dev/null >/dev/null 2>&1 || :
}

# former_deployer: who has the right now; empty when nobody has.
former_deployer() {
    sed -n 's/^\([a-z_][a-z0-9_-]*\) ALL=(root) .*/\1/p' "$sudoers_file" 2>/dev/null | head -n 1
}

# take_right_away: the user stays, since files may be its own, but nobody logs in as it any more.
take_right_away() {
    remove_file "$sudoers_file" || cannot_write "$sudoers_file"
    if [ "$(getent passwd "$former" | cut -d: -f5)" = "$deployer_mark" ] && [ -e "/home/$former/.ssh/authorized_keys" ]; then
        remove_file "/home/$former/.ssh/authorized_keys" || cannot_write "/home/$former/.ssh"
    fi
    remove_file "$fixed_file" || cannot_write "$fixed_file"
    did="took the right to deploy $app away from $former"
}

# tell_other_rights: what the host gives the user beside ours.
tell_other_rights() {
    other_rights=$(sudo -n -l -U "$deploy_user" </dev/null 2>/dev/null | grep '^ *(' | grep -vF "$0 restricted $app *" | head -n 3 | tr -s ' ' | tr '\n' ';')
    [ -z "$other_rights" ] || tell finding "$deploy_user has other rights by sudo, which are not ours:$other_rights take them away on the host"
    other_groups=$(id -Gn "$deploy_user" | tr ' ' '\n' | grep -vx -- "$deploy_user" | tr '\n' ' ')
    [ -z "$other_groups" ] || tell finding "$deploy_user is in other groups of the host ($other_groups), whose rights it has: take it out of them"
}

# tell_surroundings: what of the host's, and not of ours, gives the user more than its right, or keeps it out.
tell_surroundings() {
    tell_other_rights
    sshd_says=$(sshd -T -C "user=$deploy_user,host=localhost,addr=127.0.0.1" </dev/null 2>/dev/null) || return 0
    if printf '%s\n' "$sshd_says" | grep -Eq '^allow(users|groups) ' && ! printf '%s\n' "$sshd_says" | grep -Eqx "allow(users|groups) $deploy_user"; then
        tell finding "sshd lets some users in and not $deploy_user: add it to AllowUsers or AllowGroups in sshd's configuration"
    fi
    printf '%s\n' "$sshd_says" | grep -q '^authorizedkeysfile .*\.ssh/authorized_keys\( \|$\)' ||
        tell finding "sshd does not read ~/.ssh/authorized_keys, where the keys of $deploy_user are: AuthorizedKeysFile in its configuration says otherwise"
}
