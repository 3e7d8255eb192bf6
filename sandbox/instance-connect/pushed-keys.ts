import type { SandboxHost } from '../host.ts';

/** What an instance's sshd lets in because EC2 handed it over. */
export interface PushedKeys {
  /** Lets a key in as this user until then. */
  add(user: string, publicKey: string, until: Date): Promise<void>;
}

/**
 * Makes a host take keys as one with the package ec2-instance-connect does: sshd asks a command of root's for each login.
 * The keys of ec2-user's own authorized_keys count no more.
 */
export async function takePushedKeys(host: SandboxHost): Promise<PushedKeys> {
  await host.sh(`
    useradd --system --no-create-home --shell /usr/sbin/nologin ec2-instance-connect
    install -d -m 0755 /opt/aws /opt/aws/bin /run/ec2-instance-connect
    : >/run/ec2-instance-connect/keys
    cat >/opt/aws/bin/eic_run_authorized_keys <<'SH'
#!/bin/sh
now=$(date +%s%3N)
while read -r until user key; do
  if [ "$user" = "$1" ] && [ "$until" -gt "$now" ]; then echo "$key"; fi
done </run/ec2-instance-connect/keys
SH
    chmod 0755 /opt/aws/bin/eic_run_authorized_keys
    cat >/etc/ssh/sshd_config.d/60-ec2-instance-connect.conf <<'CONF'
AuthorizedKeysCommand /opt/aws/bin/eic_run_authorized_keys %u %f
AuthorizedKeysCommandUser ec2-instance-connect
CONF
    rm -f /home/ec2-user/.ssh/authorized_keys
    systemctl reload ssh`);
  return {
    add: async (user, publicKey, until) => {
      await host.sh(
        `printf '%s\\n' '${until.getTime()} ${user} ${publicKey}' >>/run/ec2-instance-connect/keys`,
      );
    },
  };
}
