import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** One thing the user said of host keys. */
export type HostKeyRule =
  | {
      readonly kind: 'key';
      readonly type: string;
      readonly blob: string;
      readonly names: NamePattern | undefined;
      readonly revoked: boolean;
    }
  | { readonly kind: 'fingerprint'; readonly sha256: string }
  | { readonly kind: 'ec2-console' };

/** Host names of a known_hosts line: plain patterns, or one hashed name (`ssh-keygen -H`). */
export type NamePattern =
  | { readonly kind: 'plain'; readonly patterns: readonly string[] }
  | { readonly kind: 'hashed'; readonly salt: Buffer; readonly hash: Buffer };

export type HostKeyVerdict =
  | { readonly kind: 'trusted' }
  | { readonly kind: 'unknown'; readonly shown: string }
  | { readonly kind: 'mismatch'; readonly shown: string; readonly expected: readonly string[] };

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
  const revoked = words[0] === '@revoked';
  if (words[0]?.startsWith('@') && !revoked) return `the marker ${show(words[0])} is not supported`;
  const rest = revoked ? words.slice(1) : words;
  const bare = keyType.test(rest[0] ?? '');
  const [names, type, blob] = bare ? [undefined, rest[0], rest[1]] : rest;
  if (type === undefined || blob === undefined || !keyType.test(type) || !isBlobOf(type, blob)) {
    return `${show(line)} is no known_hosts line, public key or SHA256 fingerprint`;
  }
  return { kind: 'key', type, blob, names: names === undefined ? undefined : parseNames(names), revoked };
}

/** The beginning of a line in quotes, with what could not be seen as `?`. */
const show = (line: string): string => `'${line.slice(0, 60).replace(/[^\x20-\x7e]/g, '?')}'`;

/** A public key blob begins with its own type's name (RFC 4253, 6.6). */
function isBlobOf(type: string, blob: string): boolean {
  const bytes = Buffer.from(blob, 'base64');
  return bytes.length > 4 + type.length && bytes.subarray(4, 4 + type.length).toString('latin1') === type;
}

function parseNames(names: string): NamePattern {
  const [, salt, hash] = /^\|1\|([A-Za-z0-9+/=]+)\|([A-Za-z0-9+/=]+)$/.exec(names) ?? [];
  return salt === undefined || hash === undefined
    ? { kind: 'plain', patterns: names.toLowerCase().split(',') }
    : { kind: 'hashed', salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

/** `SHA256:…` of a public key blob, as ssh-keygen -l shows it. */
export const fingerprint = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;

/**
 * Judges the key that a host shows. `names` are all names of the host (address, DNS names, instance id).
 * A revoked key is a mismatch whatever else is said of it.
 */
export function judgeHostKey(
  shown: Buffer,
  names: readonly string[],
  port: number,
  rules: readonly HostKeyRule[],
): HostKeyVerdict {
  const print = fingerprint(shown);
  const blob = shown.toString('base64').replace(/=+$/, '');
  const known: string[] = [];
  let trusted = false;
  for (const rule of rules) {
    if (rule.kind === 'fingerprint') {
      known.push(`SHA256:${rule.sha256}`);
      trusted ||= print === `SHA256:${rule.sha256}`;
    } else if (rule.kind === 'key' && speaksOf(rule.names, names, port)) {
      const same = rule.blob.replace(/=+$/, '') === blob;
      if (rule.revoked && same) return { kind: 'mismatch', shown: `${print} (revoked)`, expected: known };
      if (rule.revoked) continue;
      known.push(fingerprint(Buffer.from(rule.blob, 'base64')));
      trusted ||= same;
    }
  }
  if (trusted) return { kind: 'trusted' };
  return known.length === 0
    ? { kind: 'unknown', shown: print }
    : { kind: 'mismatch', shown: print, expected: known };
}

function speaksOf(pattern: NamePattern | undefined, names: readonly string[], port: number): boolean {
  if (pattern === undefined) return true;
  const spelled = names.map(name => (port === 22 ? name.toLowerCase() : `[${name.toLowerCase()}]:${port}`));
  if (pattern.kind === 'hashed') {
    return spelled.some(name => {
      const digest = createHmac('sha1', pattern.salt).update(name).digest();
      return digest.length === pattern.hash.length && timingSafeEqual(digest, pattern.hash);
    });
  }
  const matches = (glob: string) => spelled.some(name => globToPattern(glob).test(name));
  return (
    pattern.patterns.some(glob => !glob.startsWith('!') && matches(glob)) &&
    !pattern.patterns.some(glob => glob.startsWith('!') && matches(glob.slice(1)))
  );
}

const globToPattern = (glob: string) =>
  new RegExp(
    `^${glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

/** A rule that trusts this public key (RFC 4253, 6.6) alone, whatever the host is called. */
export const trustOnly = (blob: Buffer): HostKeyRule => ({
  kind: 'key',
  type: blob.toString('latin1', 4, 4 + blob.readUInt32BE(0)),
  blob: blob.toString('base64'),
  names: undefined,
  revoked: false,
});

/** The key types that the rules name, best first; empty when only fingerprints are given. */
export function namedKeyTypes(rules: readonly HostKeyRule[]): readonly string[] {
  return [...new Set(rules.flatMap(rule => (rule.kind === 'key' && !rule.revoked ? [rule.type] : [])))];
}
