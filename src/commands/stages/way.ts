import { openThrough } from '../../ssh/jump.ts';
import type { SshTarget } from '../../ssh/ssh-target.ts';
import type { HostTarget } from './context.ts';

/** Where sshd is, as whom to log in and with what, and what the bytes go through. */
export function wayTo({ config: { ssh }, host }: HostTarget): Omit<SshTarget, 'names' | 'hostKeys'> {
  if (ssh.login.kind === 'instance-connect') throw new Error('not yet');
  const to = { address: host.address, port: ssh.port };
  const target = { ...to, user: ssh.user, login: ssh.login };
  if (ssh.route.kind !== 'jump-host') return target;
  const { jump } = ssh.route;
  const throughJump = { ...jump, names: [jump.address] };
  return {
    ...target,
    open: (signal, onDetail) => openThrough(throughJump, to, { signal, onDetail }),
  };
}
