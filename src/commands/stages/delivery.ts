import { type Delta, deltaOf } from '../../jar/delta.ts';
import type { Jar } from '../../jar/read-jar.ts';
import type { Inspection } from './inspect.ts';

/**
 * How a host comes by the jar: a release there has it, the host makes it of what it has and what is sent, or all of it
 * is sent.
 */
export type Delivery =
  | { readonly kind: 'there'; readonly release: string }
  | { readonly kind: 'made'; readonly delta: Delta }
  | { readonly kind: 'whole' };

/** The way by which the fewest bytes travel, by what the host told of its releases. */
export function deliveryOf(jar: Jar, { jarAt, held }: Pick<Inspection, 'jarAt' | 'held'>): Delivery {
  if (jarAt !== '') return { kind: 'there', release: jarAt };
  const delta = deltaOf(jar.pieces, held);
  return delta === undefined ? { kind: 'whole' } : { kind: 'made', delta };
}

/** How many bytes travel for it. */
export function sentBytes(delivery: Delivery, jar: Jar): number {
  switch (delivery.kind) {
    case 'there':
      return 0;
    case 'made':
      return delivery.delta.bytes;
    case 'whole':
      return jar.bytes;
  }
}
