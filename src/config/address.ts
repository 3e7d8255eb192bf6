import type { Inputs } from './inputs.ts';
import type { Route } from './ssh.ts';

/** Addresses that an instance may have. */
export const addressKinds = ['public-dns', 'public-ip', 'private-ip', 'ipv6'] as const;
export type AddressKind = (typeof addressKinds)[number];

/** Which address of an instance is taken: the first of these that it has. */
export type AddressOrder = readonly [AddressKind, ...AddressKind[]];

const fromOutside: AddressOrder = addressKinds;
/** What stands inside the network reaches the private address, and may not get out. */
const fromInside: AddressOrder = ['private-ip', 'ipv6', 'public-dns', 'public-ip'];
const throughEndpoint: AddressOrder = ['private-ip'];

/** Reads `address`; `auto` depends on where the connection to the instance is made from. */
export function readAddressOrder(inputs: Inputs, route: Route): AddressOrder {
  const choice = inputs.oneOf('address', ['auto', ...addressKinds]);
  if (route.kind === 'instance-connect-endpoint') {
    if (choice !== 'auto' && choice !== 'private-ip')
      inputs.refuse(
        'address',
        'auto or private-ip with via: instance-connect-endpoint, which leads there alone',
      );
    return throughEndpoint;
  }
  if (choice !== 'auto') return [choice];
  return route.kind === 'jump-host' ? fromInside : fromOutside;
}
