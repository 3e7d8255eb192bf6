import type { FoundHost } from '../../aws/find-host.ts';
import type { FoundInstance } from '../../aws/instance.ts';
import { Failure, nothingContacted } from '../../failure.ts';
import { openThrough } from '../../ssh/jump.ts';
import type { SshLogin } from '../../ssh/login.ts';
import type { SshTarget } from '../../ssh/ssh-target.ts';
import { makeTemporaryKey } from '../../ssh/temporary-key.ts';
import type { HostTarget } from './context.ts';

type Way = Pick<SshTarget, 'open' | 'whereToLook'>;

/** A pushed key is let in for 60 s, and an attempt takes up to 30 s. */
const pushedAgainMs = 25_000;
/** A command that is stopped still has to end on the host. */
const endSeconds = 60;
/** No endpoint keeps a tunnel for longer. */
const longestTunnelSeconds = 3600;

/** Where sshd is, as whom to log in and with what, and what the bytes go through; for one connection. */
export function wayTo(target: HostTarget): Omit<SshTarget, 'names' | 'hostKeys'> {
  const { config, host } = target;
  const { port, user } = config.ssh;
  return { address: host.address, port, user, login: loginOf(target), ...routeOf(target) };
}

/** The way in, for people. */
export function describeWay({ config: { ssh }, host }: HostTarget): string {
  const to = `${ssh.user}@${host.address}`;
  switch (ssh.route.kind) {
    case 'direct':
      return to;
    case 'jump-host':
      return `${to} through ${ssh.route.jump.user}@${ssh.route.jump.address}`;
    case 'instance-connect-endpoint':
      return `${to} through the EC2 Instance Connect Endpoint of its VPC`;
  }
}

function loginOf({ config: { ssh }, world, host }: HostTarget): SshLogin {
  if (ssh.login.kind !== 'instance-connect') return ssh.login;
  const instance = instanceOf(host);
  const { key, publicLine } = makeTemporaryKey();
  let pushedAt = Number.NEGATIVE_INFINITY;
  const push = async (): Promise<void> => {
    const now = world.now();
    if (now - pushedAt < pushedAgainMs) return;
    await world.pushPublicKey(instance, ssh.user, publicLine);
    pushedAt = now;
  };
  return { kind: 'instance-connect', key, push };
}

function routeOf({ config, world, host }: HostTarget): Way {
  const { route, port } = config.ssh;
  switch (route.kind) {
    case 'direct':
      return {};
    case 'jump-host': {
      const jump = { ...route.jump, names: [route.jump.address] };
      const to = { address: host.address, port };
      return { open: (signal, onDetail) => openThrough(jump, to, { signal, onDetail }) };
    }
    case 'instance-connect-endpoint': {
      const seconds = Math.ceil(config.timeoutMs / 1000) + endSeconds;
      const longestSeconds = Math.min(seconds, longestTunnelSeconds);
      return {
        open: world.endpointTunnel(instanceOf(host), { port, longestSeconds }),
        whereToLook:
          "Check that the host runs with sshd on port 22, that its security group lets port 22 in from the endpoint's group, and that the endpoint's group lets it out to the host's; where the endpoint itself is not reached, look at the runner's network and HTTPS_PROXY.",
      };
    }
  }
}

function instanceOf({ address, instance }: FoundHost): FoundInstance {
  if (instance !== undefined) return instance;
  throw new Failure({
    reason: 'input-invalid',
    message: `${address} is no instance of EC2, which instance-connect needs.`,
    traffic: nothingContacted,
    remedy: 'Give instance-id, instance-filters or auto-scaling-group in place of host.',
  });
}
