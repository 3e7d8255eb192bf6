import type { HostKeyRule } from '../../ssh/host-key.ts';
import { HostConnection } from '../host-connection.ts';
import type { SessionLink } from '../host-link.ts';
import { hostParameters } from '../host-parameters.ts';
import type { LeaseId } from '../lease.ts';
import type { HostTarget } from './context.ts';
import { hostKeyRules } from './host-keys.ts';
import { wayTo } from './way.ts';

const patienceMs = 60_000;
/** After a run that was killed or lost its host: the host looks after what was left by itself, and the job waits. */
const afterwardsMs = 15_000;
/** After a lost link the host waits this long for its run to come back, and a little longer than its lease lasts. */
const reconnectPatienceMs = 45_000;

/**
 * Opens the SSH session of this command; a broken one is opened again, to the same host key. `account` is what the run
 * says of itself in the end; `left`: a lease to take up.
 */
export async function connect(
  target: HostTarget,
  account: () => string,
  left?: LeaseId,
): Promise<HostConnection> {
  const { world, host } = target;
  return new HostConnection({
    ...(await openLink(target, left === undefined ? patienceMs : afterwardsMs)),
    signal: world.signal,
    account,
    onLease: (lease, state) => world.keepLease({ ...lease, address: host.address, state }),
    ...(left && { left }),
  });
}

/** Opens an SSH session to the host, which may take this long to answer, and tells how it is opened again. */
export async function openLink(target: HostTarget, firstMs = patienceMs): Promise<SessionLink> {
  const { config, world, host } = target;
  const reach = (hostKeys: readonly HostKeyRule[], patience: number) =>
    world.connect(
      { ...wayTo(target), names: host.names, hostKeys },
      {
        patienceMs: patience,
        signal: world.signal,
        onRetry: why => world.log.info(`not reached yet (${why}); trying again`),
        onDetail: line => world.log.debug(line),
      },
    );
  const session = await reach(await hostKeyRules(target), firstMs);
  return {
    session,
    reconnect: () => reach([session.hostKey], reconnectPatienceMs),
    program: world.program,
    user: config.ssh.user,
    restrictedTo: config.isRestricted && config.command !== 'setup' ? config.app : undefined,
    common: hostParameters(config, host.address),
    log: world.log,
  };
}
