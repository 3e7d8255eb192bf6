import type { HostKeyRule } from '../../ssh/host-key.ts';
import { HostConnection } from '../host-connection.ts';
import { hostParameters } from '../host-parameters.ts';
import type { Deploy } from './context.ts';

const patienceMs = 60_000;

/** Opens the one SSH session of this deploy; it ends at once when the command is cancelled or out of time. */
export async function connect(deploy: Deploy): Promise<HostConnection> {
  const { config, world, host } = deploy;
  const session = await world.connect(
    { ...config.ssh, address: host.address, names: host.names, hostKeys: await hostKeys(deploy) },
    {
      patienceMs,
      signal: world.signal,
      onRetry: why => world.log.info(`not reached yet (${why}); trying again`),
    },
  );
  world.signal.addEventListener('abort', () => session.end(), { once: true });
  const common = hostParameters(config, host.address);
  return new HostConnection(session, world.program, config.ssh.user, common, world.log, world.signal);
}

/** The rules of ssh-host-key, with `ec2-console` replaced by the keys that the console shows. */
async function hostKeys({ config, world, host }: Deploy): Promise<readonly HostKeyRule[]> {
  const { ssh, target } = config;
  const rules = await Promise.all(
    ssh.hostKeys.map(async rule =>
      rule.kind === 'ec2-console' && host.instanceId !== undefined && target.kind !== 'address'
        ? await world.readConsoleHostKeys(host.instanceId, target.region)
        : [rule],
    ),
  );
  return rules.flat();
}
