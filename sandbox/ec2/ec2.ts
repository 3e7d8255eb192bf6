import type { Ec2Host } from './instance.ts';
import { canPlayOnMoto, findMoto, startMoto } from './moto.ts';
import { startOwnEc2 } from './own.ts';

/** How the endpoint is to behave. */
export interface Ec2Options {
  /** `own` never uses moto; `moto` uses it where it is installed, whatever it leaves out of the hosts. */
  readonly prefer?: 'moto' | 'own';
  /** The first calls to refuse with RequestLimitExceeded. */
  readonly throttleFirst?: number;
  /** `credentials`: every call is AuthFailure; `permission`: every call is UnauthorizedOperation. */
  readonly refuse?: 'credentials' | 'permission';
  /** The most instances in one answer, so that few hosts make several pages. */
  readonly pageSize?: number;
}

/** A running endpoint, for `AWS_ENDPOINT_URL_EC2`. */
export interface Ec2 {
  readonly kind: 'moto' | 'own';
  readonly url: string;
  /** The instances' ids, in the order of the hosts. Moto gives its own, whatever the hosts ask for. */
  readonly instanceIds: readonly string[];
  /** How many signed calls came, refused ones included. Moto doesn't tell: always 0. */
  calls(): number;
  stop(): Promise<void>;
}

/**
 * Starts an EC2 endpoint that knows the hosts, on a free port of the loopback address.
 * It is moto's where `moto_server` is installed and can tell everything asked for, else the project's own.
 */
export async function startEc2(hosts: readonly Ec2Host[], options: Ec2Options = {}): Promise<Ec2> {
  const { prefer, throttleFirst, refuse, pageSize } = options;
  const needsOwn = throttleFirst !== undefined || refuse !== undefined || pageSize !== undefined;
  const motoWanted = prefer === 'moto' || (prefer === undefined && canPlayOnMoto(hosts));
  const moto = motoWanted && !needsOwn ? await findMoto() : undefined;
  return moto === undefined ? startOwnEc2(hosts, options) : startMoto(moto, hosts);
}
