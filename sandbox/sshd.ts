import type { SandboxHost } from './host.ts';

/**
 * Starts one more sshd on the host, on a port of its own, with these lines of sshd_config ahead of the usual; it has the
 * host's keys unless they say another HostKey. Returns once it listens.
 */
export async function startSshd(host: SandboxHost, port: number, lines: readonly string[]): Promise<void> {
  const hasKey = lines.some(line => line.startsWith('HostKey '));
  const keys = hasKey ? [] : ['ed25519', 'ecdsa'].map(kind => `HostKey /etc/ssh/ssh_host_${kind}_key`);
  const usual = [
    'PidFile none',
    'UsePAM yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
  ];
  const config = [`Port ${port}`, ...keys, ...usual];
  const match = lines.findIndex(line => line.startsWith('Match '));
  const [global, matched] = match === -1 ? [lines, []] : [lines.slice(0, match), lines.slice(match)];
  await host.sh(`
    cat >/etc/ssh/sshd-${port}.conf <<'CONFIG'
${[...global, ...config, ...matched].join('\n')}
CONFIG
    mkdir -p /run/sshd
    /usr/sbin/sshd -t -f /etc/ssh/sshd-${port}.conf
    systemctl stop sshd-${port} 2>/dev/null || :
    systemd-run -q --collect --unit=sshd-${port} /usr/sbin/sshd -D -e -f /etc/ssh/sshd-${port}.conf
    tries=0
    until ss -Hltn 'sport = :${port}' | grep -q .; do
      tries=$((tries + 1)); [ "$tries" -lt 100 ] || exit 1
      sleep 0.05
    done`);
}

/** The host's keys as lines without its name, which hold on every port. */
export const bareHostKeys = ({ knownHosts }: SandboxHost): string =>
  knownHosts
    .trim()
    .split('\n')
    .map(line => line.replace(/^\S+ /, ''))
    .join('\n');

/** Makes a user who logs in with the key of ec2-user and has sudo without a password. */
export async function addUser(host: SandboxHost, name: string, shell: string): Promise<void> {
  await host.sh(`
    useradd --create-home --shell ${shell} --comment '' ${name}
    install -d -m 0700 -o ${name} -g ${name} /home/${name}/.ssh
    install -m 0600 -o ${name} -g ${name} /home/ec2-user/.ssh/authorized_keys /home/${name}/.ssh/authorized_keys
    echo '${name} ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/80-${name}`);
}
