import type { FirstStage } from '../first-call.ts';
import type { HostConnection } from '../host-connection.ts';
import type { HostTarget } from './context.ts';

/**
 * Takes the lock of the app on this host, waiting for it at most so long; it names its holder to whoever waits. `more`:
 * as HostConnection.acquire takes it.
 */
export async function acquire(
  { config, world }: HostTarget,
  connection: HostConnection,
  lockWaitMs: number,
  more: { readonly first?: FirstStage; readonly channels: number } = { channels: 0 },
): Promise<void> {
  const { repository, actor, runUrl } = world.provenance;
  const holder = `${repository || 'a local run'}${actor ? ` by ${actor}` : ''}${runUrl ? `, ${runUrl}` : ''} (${config.command})`;
  await connection.acquire(asLine(holder), lockWaitMs, more);
}

/** One line of a file on the host, whatever the runner's environment says. */
const asLine = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, 1000)
    .toWellFormed();
