import type { HostKeyRule } from '../../ssh/host-key.ts';
import { HostConnection, type SessionLink } from '../host-connection.ts';
import { hostParameters } from '../host-parameters.ts';
import type { LeaseId } from '../lease.ts';
import type { HostTarget } from './context.ts';
import { wayTo } from './way.ts';

const patienceMs = 60_000;
/** After a lost link the host waits this long for its run to come back, and a little longer than its lease lasts. */
const reconnectPatienceMs = 45_000;

/** Opens the SSH session of this command; a broken one is opened again, to the same host key. `account` is what the run says of itself in the end; `left`: a lease to take up. */
export async function connect(
  target: HostTarget,
  account: () => string,
  left?: LeaseId,
): Promise<HostConnection> {
  const { world, host } = target;
  return new HostConnection({
    ...(await openLink(target)),
    signal: world.signal,
    account,
    onLease: (lease, state) => world.keepLease({ ...lease, address: host.address, state }),
    ...(left && { left }),
  });
}

/** Opens an SSH session to the host, and tells how it is opened again. */
export async function openLink(target: HostTarget): Promise<SessionLink> {
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
  const session = await reach(await hostKeys(target), patienceMs);
  return {
    session,
    reconnect: () => reach([session.hostKey], reconnectPatienceMs),
    program: world.program,
    user: config.ssh.user,
    common: hostParameters(config, host.address),
    log: world.log,
  };
}

/** The rules of ssh-host-key, with `ec2-console` replaced by the keys that the console shows. */
async function hostKeys({ config, world, host }: HostTarget): Promise<readonly HostKeyRule[]> {
  const { ssh } = config;
  const rules = await Promise.all(
    ssh.hostKeys.map(async rule =>
      rule.kind === 'ec2-console' && host.instance !== undefined
        ? await world.readConsoleHostKeys(host.instance.id, host.instance.region)
        : [rule],
    ),
  );
  return rules.flat();
}
