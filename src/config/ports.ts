import type { Inputs } from './inputs.ts';

/** The ports of the two colors. */
export interface Ports {
  readonly blue: number;
  readonly green: number;
  readonly management: { readonly blue: number; readonly green: number } | undefined;
}

/** Reads the port inputs. */
export function readPorts(inputs: Inputs): Ports {
  const blue = inputs.optionalNumber('blue-management-port', 1, 65_535);
  const green = inputs.optionalNumber('green-management-port', 1, 65_535);
  if ((blue === undefined) !== (green === undefined)) {
    inputs.refuse('blue-management-port', 'both blue-management-port and green-management-port, or neither');
  }
  return {
    blue: inputs.number('blue-port', 1024, 65_535),
    green: inputs.number('green-port', 1024, 65_535),
    management: blue === undefined || green === undefined ? undefined : { blue, green },
  };
}

/** Refuses ports that would collide: of the colors, of the site (`listen`) and of the health path. */
export function refuseEqualPorts(
  inputs: Inputs,
  ports: Ports,
  listen: number,
  healthPort: number | undefined,
): void {
  const all = [
    ports.blue,
    ports.green,
    listen,
    ...(ports.management ? [ports.management.blue, ports.management.green] : []),
  ].filter(port => !Number.isNaN(port));
  if (new Set(all).size < all.length)
    inputs.refuse('green-port', 'blue-port, green-port, the management ports and listen all different');
  if (healthPort !== undefined && all.includes(healthPort))
    inputs.refuse(
      'health-port',
      "a port that is not one color's alone; health is asked on each color's own port without it",
    );
}
