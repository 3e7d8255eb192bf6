import type { HostDeploy } from './context.ts';

/** Takes the lock of the app on this host; it names its holder to whoever waits. */
export async function acquire({ config, world, connection }: HostDeploy): Promise<void> {
  const { repository, actor, runUrl } = world.provenance;
  const holder = `${repository || 'a local run'}${actor ? ` by ${actor}` : ''}${runUrl ? `, ${runUrl}` : ''} (deploy)`;
  await connection.acquire(holder, config.lockWaitMs);
}
