import type { HostConfig } from '../config.ts';
import { Failure } from '../failure.ts';
import type { KeptLease } from './kept-lease.ts';
import { acquire } from './stages/acquire.ts';
import { connect } from './stages/connect.ts';
import type { World } from './world.ts';

/** What the history says of a run that was killed. */
const lost = ({ date, provenance }: World): string =>
  JSON.stringify({ at: date().toISOString(), outcome: 'lost', ...provenance });

/**
 * Looks after a run whose process was killed: what it started and did not switch to is stopped, a switch that nobody
 * will confirm is taken back. Gives what it found as a sentence or two.
 */
export async function settle(config: HostConfig, world: World, left: KeptLease): Promise<string> {
  try {
    const hosts = await world.findHosts(config.target, config.address);
    const host = hosts.find(one => one.address === left.address);
    if (host === undefined) return `The host ${left.address} of the killed run is not found any more.`;
    const target = { config, world, host };
    const connection = await connect(target, () => lost(world), left);
    try {
      await acquire(target, connection, 0);
      const facts = await connection.run('settle', {});
      return `The run was killed before its end. The host has finished or taken back what it left. ${facts.text('traffic')}`;
    } finally {
      await connection.end();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `The run was killed before its end. ${error.text.message} The host looks after what it left by itself, within a minute; the next deploy looks too.`;
  }
}
