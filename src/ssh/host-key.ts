import { createHash } from 'node:crypto';
import { type NamePattern, parseNames } from './host-names.ts';

/** One thing the user said of host keys. */
export type HostKeyRule =
  | {
      readonly kind: 'key';
      readonly type: string;
      readonly blob: string;
      readonly names: NamePattern | undefined;
      /** That it is the host's, that it is nobody's any more, or that it signs certificates of hosts. */
      readonly use: 'trusted' | 'revoked' | 'authority';
    }
  | { readonly kind: 'fingerprint'; readonly sha256: string }
  | { readonly kind: 'ec2-console' };

export type KeyRule = Extract<HostKeyRule, { readonly kind: 'key' }>;

const keyType = /^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521))$/;

/**
 * Reads the input `ssh-host-key`: known_hosts lines, bare public keys, `SHA256:…` fingerprints or
 * `ec2-console`, one a line; comments and empty lines are passed over.
 * Problems are sentences about single lines.
 */
export function parseHostKeys(text: string): {
  readonly rules: readonly HostKeyRule[];
  readonly problems: readonly string[];
} {
  const rules: HostKeyRule[] = [];
  const problems: string[] = [];
  for (const line of text.split(/\r\n?|\n/).map(one => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const rule = parseLine(line);
    if (typeof rule === 'string') problems.push(rule);
    else rules.push(rule);
  }
  return { rules, problems };
}

function parseLine(line: string): HostKeyRule | string {
  if (line === 'ec2-console') return { kind: 'ec2-console' };
  if (/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(line))
    return { kind: 'fingerprint', sha256: line.slice(7).replace(/=$/, '') };
  const words = line.split(/\s+/);
  const use = useOf(words[0] ?? '');
  if (use === undefined) return `the marker ${show(words[0] ?? '')} is unknown`;
  const rest = use === 'trusted' ? words : words.slice(1);
  const bare = keyType.test(rest[0] ?? '');
  const [names, type, blob] = bare ? [undefined, rest[0], rest[1]] : rest;
  if (type === undefined || blob === undefined || !keyType.test(type) || !isBlobOf(type, blob)) {
    return `${show(line)} is no known_hosts line, public key or SHA256 fingerprint`;
  }
  return { kind: 'key', type, blob, names: names === undefined ? undefined : parseNames(names), use };
}

/** What the marker at the beginning of a known_hosts line says of its key; undefined for one that is unknown. */
function useOf(word: string): KeyRule['use'] | undefined {
  if (!word.startsWith('@')) return 'trusted';
  if (word === '@revoked') return 'revoked';
  return word === '@cert-authority' ? 'authority' : undefined;
}

/** The beginning of a line in quotes, with what could not be seen as `?`. */
const show = (line: string): string => `'${line.slice(0, 60).replace(/[^\x20-\x7e]/g, '?')}'`;

/** A public key blob begins with its own type's name (RFC 4253, 6.6). */
function isBlobOf(type: string, blob: string): boolean {
  const bytes = Buffer.from(blob, 'base64');
  return bytes.length > 4 + type.length && typeOfKey(bytes) === type;
}

/** The type that a public key blob names. */
export const typeOfKey = (blob: Buffer): string => blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));

/** `SHA256:…` of a public key blob, as ssh-keygen -l shows it. */
export const fingerprint = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;

/** The fingerprints of the keys that the rules trust. */
export const fingerprintsOf = (rules: readonly HostKeyRule[]): readonly string[] =>
  rules.flatMap(rule => {
    if (rule.kind === 'fingerprint') return [`SHA256:${rule.sha256}`];
    return rule.kind === 'key' && rule.use === 'trusted'
      ? [fingerprint(Buffer.from(rule.blob, 'base64'))]
      : [];
  });

/** Whether the rule is about this very key. */
export const isAbout = (rule: KeyRule, key: Buffer): boolean => Buffer.from(rule.blob, 'base64').equals(key);

/** A rule that trusts this public key (RFC 4253, 6.6) alone, whatever the host is called. */
export const trustOnly = (blob: Buffer): KeyRule => ({
  kind: 'key',
  type: typeOfKey(blob),
  blob: blob.toString('base64'),
  names: undefined,
  use: 'trusted',
});

/** The types of the keys that the rules trust, best first; empty when only fingerprints are given. */
export function namedKeyTypes(rules: readonly HostKeyRule[]): readonly string[] {
  return [
    ...new Set(rules.flatMap(rule => (rule.kind === 'key' && rule.use === 'trusted' ? [rule.type] : []))),
  ];
}
