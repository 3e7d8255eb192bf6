import type { Ec2, Ec2Options } from './endpoint.ts';
import type { Ec2Host } from './instance.ts';
import { canPlayOnMoto, findMoto, startMoto } from './moto.ts';
import { startOwnEc2 } from './own.ts';

/**
 * Starts an EC2 endpoint that knows the hosts, on a free port of the loopback address.
 * It is moto's where `moto_server` is installed and can tell everything asked for, else the project's own.
 */
export async function startEc2(hosts: readonly Ec2Host[], options: Ec2Options = {}): Promise<Ec2> {
  const { prefer, ...behavior } = options;
  const needsOwn = Object.keys(behavior).length > 0;
  const motoWanted = prefer === 'moto' || (prefer === undefined && canPlayOnMoto(hosts));
  const moto = motoWanted && !needsOwn ? await findMoto() : undefined;
  return moto === undefined ? startOwnEc2(hosts, options) : startMoto(moto, hosts);
}
