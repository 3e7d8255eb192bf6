import type { SetupConfig } from '../config.ts';
import { Failure } from '../failure.ts';
import type { HostReport } from '../report/host-report.ts';
import { onHosts } from './on-hosts.ts';
import { resolveHosts } from './stages/resolve.ts';
import type { World } from './world.ts';

/** Makes every host ready for deploys. Gives one report a host. */
export async function setup(config: SetupConfig, world: World): Promise<readonly HostReport[]> {
  const resolve = async () => ({ hosts: await resolveHosts(config, world) });
  return await onHosts(config.command, world, 'the host', resolve, async () => {
    throw new Failure({ reason: 'host-error', message: 'setup', traffic: '', remedy: '' });
  });
}
