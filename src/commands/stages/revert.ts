import type { Facts } from '../../host/stage.ts';
import type { HostRun, NextRelease } from './context.ts';

/** Says no to a release that was started or switched to: the host takes an unconfirmed switch back, and stops it. */
export async function revert({ connection }: HostRun, release: NextRelease): Promise<Facts> {
  return await connection.run('revert', { release: release.name, color: release.color });
}
