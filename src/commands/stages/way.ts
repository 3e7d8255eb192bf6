import type { SshTarget } from '../../ssh/connect.ts';
import type { HostTarget } from './context.ts';

/** Where sshd is, as whom to log in and with what. */
export function wayTo({ config: { ssh }, host }: HostTarget): Omit<SshTarget, 'names' | 'hostKeys'> {
  if (ssh.login.kind === 'instance-connect') throw new Error('not yet');
  return { address: host.address, port: ssh.port, user: ssh.user, login: ssh.login };
}
