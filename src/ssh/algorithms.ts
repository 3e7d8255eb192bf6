import type ssh2 from 'ssh2';
import { type HostKeyRule, namedKeyTypes } from './host-key.ts';

/** Signatures over SHA-1 (`ssh-rsa`) are not among them, nor are key exchanges with SHA-1 and ciphers in CBC mode. */
const hostKeyAlgorithms: readonly ssh2.ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** Which host keys to ask the host for: those that are known; without any, what ssh2 prefers. */
export function serverHostKeys(rules: readonly HostKeyRule[]): ssh2.ServerHostKeyAlgorithm[] {
  const named = namedKeyTypes(rules);
  if (named.length === 0) return [...hostKeyAlgorithms];
  const known = hostKeyAlgorithms.filter(one => named.includes(one.startsWith('rsa-') ? 'ssh-rsa' : one));
  return rules.some(rule => rule.kind === 'fingerprint')
    ? [...known, ...hostKeyAlgorithms.filter(one => !known.includes(one))]
    : known;
}

/** What was agreed with a host, as a line for the debug log. */
export const describeAgreement = ({ kex, serverHostKey, cs, sc }: ssh2.NegotiatedAlgorithms): string =>
  `SSH algorithms: key exchange ${kex}, host key ${serverHostKey}, to the host ${describeWay(cs)}, from the host ${describeWay(sc)}`;

const describeWay = ({ cipher, mac, compress }: ssh2.NegotiatedAlgorithms['cs']): string =>
  [cipher, mac, compress === 'none' ? '' : compress].filter(Boolean).join(' ');

/** What the two sides have of one kind of algorithm. */
export interface Offers {
  readonly ours: string;
  readonly theirs: string;
}

const kinds: readonly (readonly [said: RegExp, ssh2Name: string, name: string])[] = [
  [/key exchange algorithm/, 'KEX method', 'key exchange'],
  [/host key format/, 'Host key format', 'host key'],
  [/C->S cipher/, 'C->S cipher', 'cipher'],
  [/S->C cipher/, 'S->C cipher', 'cipher'],
  [/C->S MAC/, 'C->S MAC', 'MAC'],
  [/S->C MAC/, 'S->C MAC', 'MAC'],
];

/** Collects what the two sides offer each other, from what ssh2 tells of a handshake. */
export class Negotiation {
  readonly #offers = new Map<string, { ours: string; theirs: string }>();

  /** Takes one line of ssh2's debug output. */
  hear(line: string): void {
    const [, side, kind = '', list = ''] = /^Handshake: \((local|remote)\) ([^:]+): (.*)$/s.exec(line) ?? [];
    if (side === undefined) return;
    const offers = this.#offers.get(kind) ?? { ours: '', theirs: '' };
    const shown = list
      .replace(/[^\x20-\x7e]/g, '?')
      .slice(0, 500)
      .replaceAll(',', ', ');
    this.#offers.set(kind, side === 'local' ? { ...offers, ours: shown } : { ...offers, theirs: shown });
  }

  /** The kind of algorithm on which a handshake that failed with this message found no agreement. */
  disagreement(why: string): { readonly kind: string; readonly offers: Offers } | undefined {
    if (!/no matching/i.test(why)) return undefined;
    const [, ssh2Name = '', kind = ''] = kinds.find(([said]) => said.test(why)) ?? [];
    const offers = this.#offers.get(ssh2Name);
    return offers && { kind, offers };
  }
}
